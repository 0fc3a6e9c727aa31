# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# GPIO chips without hardware, by the kernel's gpio-sim; to be sourced:
#
#   . tests/gpio/gpio-sim.sh
#
#   gpio_sim_new LABEL NLINES [NAME...]   make a chip; its lines are named NAME,
#                                         those without one line0, line1, ...
#   gpio_sim_chip LABEL                   print its device: /dev/gpiochip0
#   gpio_sim_pull LABEL LINE up|down      what the outside does to an input
#   gpio_sim_value LABEL LINE             print 0 or 1: what a program put on an
#                                         output, or the pull of an input
#   gpio_sim_wait LABEL LINE 0|1 SECONDS  wait for that value
#   gpio_sim_free [LABEL...]              remove these chips, or all
#
# LINE is the offset, from 0.  Each returns nonzero if it failed, and says why
# on standard error; the state is in configfs alone, so that the chip one
# process made can be pulled by another.
#
# A pull changes a line only until a program drives it as an output.  An edge
# reaches the program on the kernel's next tick (1 ms, see kernel.config), and of
# two on one line within the same tick one is lost: at 2 ms between pulls all of
# 200 came, without a pause a third.

gpio_sim_configfs=/sys/kernel/config/gpio-sim

gpio_sim_say() {
    echo "gpio-sim: $*" >&2
    return 1
}

gpio_sim_new() (
    label=$1 count=$2
    shift 2
    chip=$gpio_sim_configfs/$label
    [ -d "$gpio_sim_configfs" ] || gpio_sim_say 'not in this kernel, or configfs not mounted' || return
    # Each mkdir makes the kernel fill in the attributes, each with a default.
    mkdir "$chip" "$chip/bank0" &&
        echo "$count" >"$chip/bank0/num_lines" &&
        echo "$label" >"$chip/bank0/label" ||
        gpio_sim_say "cannot make $label" || return
    offset=0
    while [ $offset -lt "$count" ]; do
        mkdir "$chip/bank0/line$offset" &&
            echo "${1:-line$offset}" >"$chip/bank0/line$offset/name" ||
            gpio_sim_say "cannot name line $offset of $label" || return
        [ $# -eq 0 ] || shift
        offset=$((offset + 1))
    done
    echo 1 >"$chip/live" || gpio_sim_say "$label does not come to life"
)

gpio_sim_chip() {
    echo "/dev/$(cat "$gpio_sim_configfs/$1/bank0/chip_name")"
}

# The directory of one line in sysfs.
gpio_sim_line() (
    chip=$gpio_sim_configfs/$1
    [ -d "$chip" ] || gpio_sim_say "no chip $1" || return
    line=/sys/devices/platform/$(cat "$chip/dev_name")/$(cat "$chip/bank0/chip_name")/sim_gpio$2
    [ -d "$line" ] || gpio_sim_say "no line $2 of $1" || return
    echo "$line"
)

gpio_sim_pull() (
    case ${3-} in
    up | down) ;;
    *) gpio_sim_say "neither up nor down: ${3-}" || return ;;
    esac
    line=$(gpio_sim_line "$1" "$2") && echo "pull-$3" >"$line/pull"
)

gpio_sim_value() (
    line=$(gpio_sim_line "$1" "$2") && cat "$line/value"
)

gpio_sim_wait() (
    line=$(gpio_sim_line "$1" "$2") || return
    tries=$(($4 * 50))
    while [ "$(cat "$line/value")" != "$3" ]; do
        tries=$((tries - 1))
        [ $tries -gt 0 ] || gpio_sim_say "line $2 of $1 is not $3 after $4 s" || return
        sleep 0.02
    done
)

gpio_sim_free() (
    [ $# -gt 0 ] || set -- "$gpio_sim_configfs"/*/
    result=0
    for chip; do
        chip=${chip%/}
        chip=$gpio_sim_configfs/${chip##*/}
        [ -d "$chip" ] || continue
        # Half made by a gpio_sim_new that failed, it may have no life or lines.
        [ "$(cat "$chip/live")" = 0 ] || echo 0 >"$chip/live"
        for part in "$chip"/bank0/line* "$chip/bank0" "$chip"; do
            [ ! -d "$part" ] || rmdir "$part" ||
                gpio_sim_say "cannot remove ${chip##*/}" || result=1
        done
    done
    return $result
)
