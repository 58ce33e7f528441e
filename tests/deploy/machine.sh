#!/bin/sh
# machine.sh FOLDER TREE, with its own mounts and process ids (see machine.py): boots this system
# with its systemd, where nothing that is written outlives the machine. Of what is installed here
# nothing is enabled there. TREE is to be seen as /src.
set -e
umask 022

. "${0%/*}/overlay.sh"
rm -rf etc/systemd/system/* etc/systemd/user/* etc/init.d/* etc/rc?.d/* etc/cron* etc/fstab
rm -f usr/sbin/policy-rc.d usr/local/bin/claudeproxy etc/claudeproxy.conf
for unit in systemd-resolved.service systemd-timesyncd.service systemd-networkd.service \
	getty@.service console-getty.service; do
	ln -s /dev/null "etc/systemd/system/$unit"
done
mkdir -p src
cd /
# A container's own filter lacks the newest calls, which on a real machine every process has.
exec systemd-nspawn --quiet \
	--system-call-filter='landlock_create_ruleset landlock_add_rule landlock_restrict_self' \
	--register=no --keep-unit --directory="$1/root" --machine=claudeproxy \
	--boot --private-network --resolv-conf=off --timezone=off --bind="$2:/src"
