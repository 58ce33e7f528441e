"""All lanes, in the order in which they run."""
import lanes_cgi
import lanes_inetd
import lanes_machines

ALL = [*lanes_inetd.LANES, *lanes_cgi.LANES, *lanes_machines.LANES]
