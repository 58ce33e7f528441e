#!/bin/sh
# box.sh FOLDER PROGRAM, with its own mounts, network, process ids (see box.py): makes FOLDER/root
# the root: this system as it is, with the program, its user and its configuration on top, where
# nothing that is written outlives the box. Says "ready", and ends when its input does.
set -e
umask 022

. "${0%/*}/overlay.sh"
mount -t proc proc proc
mount -t tmpfs tmpfs run
mount -t tmpfs tmpfs var/log
mount -t tmpfs -o mode=1777 tmpfs tmp
mount -t tmpfs tmpfs dev
for device in null zero full random urandom tty; do
	: >"dev/$device"
	mount --bind "/dev/$device" "dev/$device"
done
ln -s /proc/self/fd dev/fd

ip link set lo up
install -m 755 "$2" usr/local/bin/claudeproxy
grep -q ^claudeproxy: etc/passwd || {
	echo 'claudeproxy:x:911:911::/nonexistent:/usr/sbin/nologin' >>etc/passwd
	echo 'claudeproxy:x:911:' >>etc/group
}
exec chroot . sh -c 'echo ready; exec cat'
