#!/bin/busybox sh
# First process of the virtual machine: the host's files, read-only under a layer in memory, become the root; then
# guest.sh runs in them. The kernel command line says where the project lies.
/bin/busybox --install -s /bin
mount -t proc none /proc
mount -t sysfs none /sys
mount -t devtmpfs none /dev
for module in /modules/*.ko; do insmod "$module"; done
mount -t 9p -o trans=virtio,version=9p2000.L,ro,msize=524288,cache=loose host /host
mount -t tmpfs -o size=2g none /layer
mkdir -p /layer/upper /layer/work
mount -t overlay -o lowerdir=/host,upperdir=/layer/upper,workdir=/layer/work none /root
mount -t proc none /root/proc
mount -t sysfs none /root/sys
mount --bind /dev /root/dev
mkdir -p /root/dev/shm /root/dev/pts
mount -t tmpfs none /root/dev/shm
mount -t devpts none /root/dev/pts
mount -t tmpfs none /root/run
ip link set lo up
project=$(sed -n 's/.*pulsebench=\([^ ]*\).*/\1/p' /proc/cmdline)
parts=$(sed -n 's/.*parts=\([^ ]*\).*/\1/p' /proc/cmdline)
chroot /root /bin/bash "$project/scripts/usb/guest.sh" "$project" "$parts"
echo "GUEST-EXIT=$?"
poweroff -f
