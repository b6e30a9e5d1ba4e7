# Ends what a supervisor left behind. Each line of the input is the whole list of its process
# groups as SIGNAL:ID; the end of the input means that the supervisor is gone, however it ended.
trap '' HUP INT TERM
groups=
while read -r line; do groups=$line; done
for group in $groups; do kill -s "${group%%:*}" -- "-${group#*:}" 2>/dev/null; done
for group in $groups; do
    case $group in TERM:*) ;; *) continue ;; esac # the database is never killed, it ends by itself
    tries=25
    while [ $((tries -= 1)) -gt 0 ] && kill -s 0 -- "-${group#*:}" 2>/dev/null; do sleep 0.2; done
    kill -s KILL -- "-${group#*:}" 2>/dev/null
done
