# Read by box.sh and machine.sh, with mounts of their own: makes $1/root this system as it is, where
# nothing that is written outlives the mounts, and goes there.
mount -t tmpfs tmpfs "$1"
mkdir "$1/upper" "$1/work" "$1/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/root"
cd "$1/root"
