#!/bin/bash
# In the virtual machine, on the host's files: a browser policy grants the page its device (there is nobody to click
# the chooser), then the page is driven.
export PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin HOME=/tmp
for folder in chromium opt/chrome; do
  mkdir -p "/etc/$folder/policies/managed"
  cp "$1/scripts/usb/policy.json" "/etc/$folder/policies/managed/pulsebench.json"
done
# Less than the driver would like: what it is refused it must do without. An emulated processor that is seconds behind
# the bus would also answer seconds late.
echo 2 > /sys/module/usbcore/parameters/usbfs_memory_mb
export SYSTEMD_IGNORE_CHROOT=1
/lib/systemd/systemd-udevd --daemon
# Web Serial finds its ports in what udev knows.
udevadm trigger -s usb
udevadm trigger -s tty -y 'ttyACM*'
udevadm settle
cd "$1" && timeout 900 node scripts/usb/guest.mjs "$2"
