"""All lanes, in the order in which they run."""
import lanes_cgi
import lanes_inetd
import lanes_machines
import lanes_package
import lanes_systemd

ALL = [*lanes_inetd.LANES, *lanes_cgi.LANES, *lanes_systemd.LANES, *lanes_package.LANES,
    *lanes_machines.LANES]
