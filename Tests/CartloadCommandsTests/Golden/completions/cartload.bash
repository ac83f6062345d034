# bash completion for cartload
_cartload() {
    local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}"
    COMPREPLY=()
    if [[ $COMP_CWORD -eq 1 ]]; then
        COMPREPLY=($(compgen -W "run check copy serve batches tap target pack unpack singer source destination connectors version help completions --help --version" -- "$current"))
        return
    fi
    local verb="${COMP_WORDS[1]}" first=2
    case "$verb" in
        batches) if [[ $COMP_CWORD -gt 2 ]]; then verb="$verb ${COMP_WORDS[2]}" first=3; fi ;;
    esac
    case "$verb" in
        run)
            case "$previous" in
            --state) COMPREPLY=($(compgen -d -- "$current")); return ;;
            --stats) COMPREPLY=($(compgen -f -- "$current")); return ;;
            --log-level) COMPREPLY=($(compgen -W "trace debug info notice warning error critical" -- "$current")); return ;;
            esac
            if [[ $current == -* ]]; then
                COMPREPLY=($(compgen -W "--state --fresh --once --json --no-progress --stats --log-level --help" -- "$current"))
                return
            fi
            COMPREPLY=($(compgen -f -- "$current"))
            ;;
        check)
            case "$previous" in
            --log-level) COMPREPLY=($(compgen -W "trace debug info notice warning error critical" -- "$current")); return ;;
            esac
            if [[ $current == -* ]]; then
                COMPREPLY=($(compgen -W "--json --log-level --help" -- "$current"))
                return
            fi
            COMPREPLY=($(compgen -f -- "$current"))
            ;;
        copy)
            case "$previous" in
            --stream) :; return ;;
            --select) :; return ;;
            --where) :; return ;;
            --batch-size) :; return ;;
            --batch-by) :; return ;;
            --key) :; return ;;
            --load) COMPREPLY=($(compgen -W "append upsert overwrite" -- "$current")); return ;;
            --format) COMPREPLY=($(compgen -W "jsonl csv tsv" -- "$current")); return ;;
            --compression) COMPREPLY=($(compgen -W "none gzip zstd" -- "$current")); return ;;
            --state) COMPREPLY=($(compgen -d -- "$current")); return ;;
            --stats) COMPREPLY=($(compgen -f -- "$current")); return ;;
            --log-level) COMPREPLY=($(compgen -W "trace debug info notice warning error critical" -- "$current")); return ;;
            esac
            if [[ $current == -* ]]; then
                COMPREPLY=($(compgen -W "--stream --select --where --batch-size --batch-by --key --load --format --compression --state --fresh --json --no-progress --stats --log-level --help" -- "$current"))
                return
            fi
            local word skips='' position=0
            for word in "${COMP_WORDS[@]:first:COMP_CWORD-first}"; do
                if [[ -n $skips ]]; then skips=''; continue; fi
                case "$word" in
                --stream|--select|--where|--batch-size|--batch-by|--key|--load|--format|--compression|--state|--stats|--log-level) skips=1 ;;
                -*) ;;
                *) position=$((position + 1)) ;;
                esac
            done
            case $position in
            0) COMPREPLY=($(compgen -f -- "$current")) ;;
            1) COMPREPLY=($(compgen -f -- "$current")) ;;
            esac
            ;;
        serve)
            case "$previous" in
            -c|--config) COMPREPLY=($(compgen -f -- "$current")); return ;;
            -l|--listen) :; return ;;
            --data) COMPREPLY=($(compgen -d -- "$current")); return ;;
            --services) COMPREPLY=($(compgen -d -- "$current")); return ;;
            --workers) :; return ;;
            --idle-timeout) :; return ;;
            --tls-certificate) COMPREPLY=($(compgen -f -- "$current")); return ;;
            --tls-key) COMPREPLY=($(compgen -f -- "$current")); return ;;
            --access-log) COMPREPLY=($(compgen -f -- "$current")); return ;;
            --kind) COMPREPLY=($(compgen -W "token api-key client" -- "$current")); return ;;
            --log-level) COMPREPLY=($(compgen -W "trace debug info notice warning error critical" -- "$current")); return ;;
            esac
            if [[ $current == -* ]]; then
                COMPREPLY=($(compgen -W "--config --listen --data --services --workers --idle-timeout --tls-certificate --tls-key --access-log --no-dashboard --kind --json --log-level --help" -- "$current"))
                return
            fi
            local word skips='' position=0
            for word in "${COMP_WORDS[@]:first:COMP_CWORD-first}"; do
                if [[ -n $skips ]]; then skips=''; continue; fi
                case "$word" in
                --config|-c|--listen|-l|--data|--services|--workers|--idle-timeout|--tls-certificate|--tls-key|--access-log|--kind|--log-level) skips=1 ;;
                -*) ;;
                *) position=$((position + 1)) ;;
                esac
            done
            case $position in
            0) COMPREPLY=($(compgen -W "token" -- "$current")) ;;
            1) COMPREPLY=($(compgen -W "create" -- "$current")) ;;
            esac
            ;;
        batches)
            case "$previous" in
            --log-level) COMPREPLY=($(compgen -W "trace debug info notice warning error critical" -- "$current")); return ;;
            esac
            if [[ $current == -* ]]; then
                COMPREPLY=($(compgen -W "--log-level --help" -- "$current"))
                return
            fi
            COMPREPLY=($(compgen -W "run describe create info status push pull watch close cancel" -- "$current"))
            ;;
        tap)
            case "$previous" in
            -c|--config) COMPREPLY=($(compgen -f -- "$current")); return ;;
            --catalog) COMPREPLY=($(compgen -f -- "$current")); return ;;
            -p|--properties) COMPREPLY=($(compgen -f -- "$current")); return ;;
            -s|--state) COMPREPLY=($(compgen -f -- "$current")); return ;;
            --format) COMPREPLY=($(compgen -W "text json markdown" -- "$current")); return ;;
            --log-level) COMPREPLY=($(compgen -W "trace debug info notice warning error critical" -- "$current")); return ;;
            esac
            if [[ $current == -* ]]; then
                COMPREPLY=($(compgen -W "--config --catalog --properties --state --discover --test --about --format --log-level --help" -- "$current"))
                return
            fi
            COMPREPLY=($(compgen -W "numbers" -- "$current"))
            ;;
        target)
            case "$previous" in
            -c|--config) COMPREPLY=($(compgen -f -- "$current")); return ;;
            --input) COMPREPLY=($(compgen -f -- "$current")); return ;;
            --format) COMPREPLY=($(compgen -W "text json markdown" -- "$current")); return ;;
            --log-level) COMPREPLY=($(compgen -W "trace debug info notice warning error critical" -- "$current")); return ;;
            esac
            if [[ $current == -* ]]; then
                COMPREPLY=($(compgen -W "--config --input --about --format --log-level --help" -- "$current"))
                return
            fi
            COMPREPLY=($(compgen -W "shelf" -- "$current"))
            ;;
        pack)
            case "$previous" in
            -c|--config) COMPREPLY=($(compgen -f -- "$current")); return ;;
            --log-level) COMPREPLY=($(compgen -W "trace debug info notice warning error critical" -- "$current")); return ;;
            esac
            if [[ $current == -* ]]; then
                COMPREPLY=($(compgen -W "--config --log-level --help" -- "$current"))
                return
            fi
            ;;
        unpack)
            case "$previous" in
            -c|--config) COMPREPLY=($(compgen -f -- "$current")); return ;;
            --root) COMPREPLY=($(compgen -d -- "$current")); return ;;
            --host) :; return ;;
            --log-level) COMPREPLY=($(compgen -W "trace debug info notice warning error critical" -- "$current")); return ;;
            esac
            if [[ $current == -* ]]; then
                COMPREPLY=($(compgen -W "--config --root --host --log-level --help" -- "$current"))
                return
            fi
            ;;
        singer)
            if [[ $previous == -- ]]; then
                COMPREPLY=($(compgen -c -- "$current"))
                return
            fi
            [[ " ${COMP_WORDS[*]:0:COMP_CWORD} " == *" -- "* ]] && return
            case "$previous" in
            --kind) COMPREPLY=($(compgen -W "tap target" -- "$current")); return ;;
            --root) COMPREPLY=($(compgen -d -- "$current")); return ;;
            --log-level) COMPREPLY=($(compgen -W "trace debug info notice warning error critical" -- "$current")); return ;;
            esac
            if [[ $current == -* ]]; then
                COMPREPLY=($(compgen -W "--kind --root --json --log-level --help" -- "$current"))
                return
            fi
            COMPREPLY=($(compgen -W "check" -- "$current"))
            ;;
        source)
            case "$previous" in
            -c|--config) COMPREPLY=($(compgen -f -- "$current")); return ;;
            --catalog) COMPREPLY=($(compgen -f -- "$current")); return ;;
            -s|--state) COMPREPLY=($(compgen -f -- "$current")); return ;;
            --log-level) COMPREPLY=($(compgen -W "trace debug info notice warning error critical" -- "$current")); return ;;
            esac
            if [[ $current == -* ]]; then
                COMPREPLY=($(compgen -W "--config --catalog --state --debug --log-level --help" -- "$current"))
                return
            fi
            local word skips='' position=0
            for word in "${COMP_WORDS[@]:first:COMP_CWORD-first}"; do
                if [[ -n $skips ]]; then skips=''; continue; fi
                case "$word" in
                --config|-c|--catalog|--state|-s|--log-level) skips=1 ;;
                -*) ;;
                *) position=$((position + 1)) ;;
                esac
            done
            case $position in
            0) COMPREPLY=($(compgen -W "numbers" -- "$current")) ;;
            1) COMPREPLY=($(compgen -W "spec check discover read install" -- "$current")) ;;
            2) COMPREPLY=($(compgen -d -- "$current")) ;;
            esac
            ;;
        destination)
            case "$previous" in
            -c|--config) COMPREPLY=($(compgen -f -- "$current")); return ;;
            --catalog) COMPREPLY=($(compgen -f -- "$current")); return ;;
            --log-level) COMPREPLY=($(compgen -W "trace debug info notice warning error critical" -- "$current")); return ;;
            esac
            if [[ $current == -* ]]; then
                COMPREPLY=($(compgen -W "--config --catalog --debug --log-level --help" -- "$current"))
                return
            fi
            local word skips='' position=0
            for word in "${COMP_WORDS[@]:first:COMP_CWORD-first}"; do
                if [[ -n $skips ]]; then skips=''; continue; fi
                case "$word" in
                --config|-c|--catalog|--log-level) skips=1 ;;
                -*) ;;
                *) position=$((position + 1)) ;;
                esac
            done
            case $position in
            0) COMPREPLY=($(compgen -W "shelf" -- "$current")) ;;
            1) COMPREPLY=($(compgen -W "spec check write install" -- "$current")) ;;
            2) COMPREPLY=($(compgen -d -- "$current")) ;;
            esac
            ;;
        connectors)
            case "$previous" in
            --log-level) COMPREPLY=($(compgen -W "trace debug info notice warning error critical" -- "$current")); return ;;
            esac
            if [[ $current == -* ]]; then
                COMPREPLY=($(compgen -W "--json --log-level --help" -- "$current"))
                return
            fi
            COMPREPLY=($(compgen -W "numbers shelf" -- "$current"))
            ;;
        version)
            case "$previous" in
            --log-level) COMPREPLY=($(compgen -W "trace debug info notice warning error critical" -- "$current")); return ;;
            esac
            if [[ $current == -* ]]; then
                COMPREPLY=($(compgen -W "--json --log-level --help" -- "$current"))
                return
            fi
            ;;
        help)
            case "$previous" in
            --log-level) COMPREPLY=($(compgen -W "trace debug info notice warning error critical" -- "$current")); return ;;
            esac
            if [[ $current == -* ]]; then
                COMPREPLY=($(compgen -W "--log-level --help" -- "$current"))
                return
            fi
            local word skips='' position=0
            for word in "${COMP_WORDS[@]:first:COMP_CWORD-first}"; do
                if [[ -n $skips ]]; then skips=''; continue; fi
                case "$word" in
                --log-level) skips=1 ;;
                -*) ;;
                *) position=$((position + 1)) ;;
                esac
            done
            case $position in
            0) COMPREPLY=($(compgen -W "run check copy serve batches tap target pack unpack singer source destination connectors version help completions" -- "$current")) ;;
            1) COMPREPLY=($(compgen -W "run check copy serve batches tap target pack unpack singer source destination connectors version help completions" -- "$current")) ;;
            esac
            ;;
        completions)
            case "$previous" in
            --log-level) COMPREPLY=($(compgen -W "trace debug info notice warning error critical" -- "$current")); return ;;
            esac
            if [[ $current == -* ]]; then
                COMPREPLY=($(compgen -W "--log-level --help" -- "$current"))
                return
            fi
            COMPREPLY=($(compgen -W "bash zsh fish" -- "$current"))
            ;;
        'batches run')
            case "$previous" in
            -i|--input) COMPREPLY=($(compgen -f -- "$current")); return ;;
            -o|--output) COMPREPLY=($(compgen -f -- "$current")); return ;;
            --rejects) COMPREPLY=($(compgen -f -- "$current")); return ;;
            --format) COMPREPLY=($(compgen -W "jsonl csv tsv" -- "$current")); return ;;
            --chunk) :; return ;;
            --parameters) :; return ;;
            --summary) :; return ;;
            --output-fields) :; return ;;
            --accuracy) :; return ;;
            --priority) :; return ;;
            --state) COMPREPLY=($(compgen -d -- "$current")); return ;;
            --on-interrupt) COMPREPLY=($(compgen -W "detach cancel" -- "$current")); return ;;
            --patience) :; return ;;
            --lease) :; return ;;
            --url) :; return ;;
            --tenant) :; return ;;
            --token) :; return ;;
            --api-key) :; return ;;
            --client-id) :; return ;;
            --client-secret) :; return ;;
            --certificate-authority) COMPREPLY=($(compgen -f -- "$current")); return ;;
            --timeout) :; return ;;
            --log-level) COMPREPLY=($(compgen -W "trace debug info notice warning error critical" -- "$current")); return ;;
            esac
            if [[ $current == -* ]]; then
                COMPREPLY=($(compgen -W "--input --output --rejects --format --chunk --parameters --summary --output-fields --keep-input --unordered --accuracy --priority --dry-run --state --fresh --on-interrupt --patience --lease --url --tenant --token --api-key --client-id --client-secret --certificate-authority --timeout --json --no-progress --log-level --help" -- "$current"))
                return
            fi
            :
            ;;
        'batches describe')
            case "$previous" in
            --url) :; return ;;
            --tenant) :; return ;;
            --token) :; return ;;
            --api-key) :; return ;;
            --client-id) :; return ;;
            --client-secret) :; return ;;
            --certificate-authority) COMPREPLY=($(compgen -f -- "$current")); return ;;
            --timeout) :; return ;;
            --log-level) COMPREPLY=($(compgen -W "trace debug info notice warning error critical" -- "$current")); return ;;
            esac
            if [[ $current == -* ]]; then
                COMPREPLY=($(compgen -W "--url --tenant --token --api-key --client-id --client-secret --certificate-authority --timeout --json --log-level --help" -- "$current"))
                return
            fi
            ;;
        'batches create')
            case "$previous" in
            --output-fields) :; return ;;
            --unique-key) :; return ;;
            --accuracy) :; return ;;
            --priority) :; return ;;
            --min-runners) :; return ;;
            --max-runners) :; return ;;
            --chunks-per-vm) :; return ;;
            --runners-per-vm) :; return ;;
            --max-input-size) :; return ;;
            --max-output-size) :; return ;;
            --correlation-id) :; return ;;
            --call-purpose) :; return ;;
            --active-since) :; return ;;
            --url) :; return ;;
            --tenant) :; return ;;
            --token) :; return ;;
            --api-key) :; return ;;
            --client-id) :; return ;;
            --client-secret) :; return ;;
            --certificate-authority) COMPREPLY=($(compgen -f -- "$current")); return ;;
            --timeout) :; return ;;
            --log-level) COMPREPLY=($(compgen -W "trace debug info notice warning error critical" -- "$current")); return ;;
            esac
            if [[ $current == -* ]]; then
                COMPREPLY=($(compgen -W "--output-fields --unique-key --accuracy --priority --min-runners --max-runners --chunks-per-vm --runners-per-vm --max-input-size --max-output-size --correlation-id --call-purpose --active-since --url --tenant --token --api-key --client-id --client-secret --certificate-authority --timeout --json --log-level --help" -- "$current"))
                return
            fi
            :
            ;;
        'batches info')
            case "$previous" in
            --url) :; return ;;
            --tenant) :; return ;;
            --token) :; return ;;
            --api-key) :; return ;;
            --client-id) :; return ;;
            --client-secret) :; return ;;
            --certificate-authority) COMPREPLY=($(compgen -f -- "$current")); return ;;
            --timeout) :; return ;;
            --log-level) COMPREPLY=($(compgen -W "trace debug info notice warning error critical" -- "$current")); return ;;
            esac
            if [[ $current == -* ]]; then
                COMPREPLY=($(compgen -W "--url --tenant --token --api-key --client-id --client-secret --certificate-authority --timeout --json --log-level --help" -- "$current"))
                return
            fi
            :
            ;;
        'batches status')
            case "$previous" in
            --wait) :; return ;;
            --url) :; return ;;
            --tenant) :; return ;;
            --token) :; return ;;
            --api-key) :; return ;;
            --client-id) :; return ;;
            --client-secret) :; return ;;
            --certificate-authority) COMPREPLY=($(compgen -f -- "$current")); return ;;
            --timeout) :; return ;;
            --log-level) COMPREPLY=($(compgen -W "trace debug info notice warning error critical" -- "$current")); return ;;
            esac
            if [[ $current == -* ]]; then
                COMPREPLY=($(compgen -W "--wait --url --tenant --token --api-key --client-id --client-secret --certificate-authority --timeout --json --log-level --help" -- "$current"))
                return
            fi
            :
            ;;
        'batches push')
            case "$previous" in
            -i|--input) COMPREPLY=($(compgen -f -- "$current")); return ;;
            --format) COMPREPLY=($(compgen -W "jsonl csv tsv" -- "$current")); return ;;
            --chunk) :; return ;;
            --prefix) :; return ;;
            --parameters) :; return ;;
            --summary) :; return ;;
            --patience) :; return ;;
            --url) :; return ;;
            --tenant) :; return ;;
            --token) :; return ;;
            --api-key) :; return ;;
            --client-id) :; return ;;
            --client-secret) :; return ;;
            --certificate-authority) COMPREPLY=($(compgen -f -- "$current")); return ;;
            --timeout) :; return ;;
            --log-level) COMPREPLY=($(compgen -W "trace debug info notice warning error critical" -- "$current")); return ;;
            esac
            if [[ $current == -* ]]; then
                COMPREPLY=($(compgen -W "--input --format --chunk --prefix --parameters --summary --patience --url --tenant --token --api-key --client-id --client-secret --certificate-authority --timeout --json --log-level --help" -- "$current"))
                return
            fi
            :
            ;;
        'batches pull')
            case "$previous" in
            -o|--output) COMPREPLY=($(compgen -f -- "$current")); return ;;
            --max) :; return ;;
            --wait) :; return ;;
            --lease) :; return ;;
            --url) :; return ;;
            --tenant) :; return ;;
            --token) :; return ;;
            --api-key) :; return ;;
            --client-id) :; return ;;
            --client-secret) :; return ;;
            --certificate-authority) COMPREPLY=($(compgen -f -- "$current")); return ;;
            --timeout) :; return ;;
            --log-level) COMPREPLY=($(compgen -W "trace debug info notice warning error critical" -- "$current")); return ;;
            esac
            if [[ $current == -* ]]; then
                COMPREPLY=($(compgen -W "--output --chunks --follow --max --wait --lease --url --tenant --token --api-key --client-id --client-secret --certificate-authority --timeout --json --log-level --help" -- "$current"))
                return
            fi
            :
            ;;
        'batches watch')
            case "$previous" in
            --timeout-after) :; return ;;
            --url) :; return ;;
            --tenant) :; return ;;
            --token) :; return ;;
            --api-key) :; return ;;
            --client-id) :; return ;;
            --client-secret) :; return ;;
            --certificate-authority) COMPREPLY=($(compgen -f -- "$current")); return ;;
            --timeout) :; return ;;
            --log-level) COMPREPLY=($(compgen -W "trace debug info notice warning error critical" -- "$current")); return ;;
            esac
            if [[ $current == -* ]]; then
                COMPREPLY=($(compgen -W "--timeout-after --url --tenant --token --api-key --client-id --client-secret --certificate-authority --timeout --json --log-level --help" -- "$current"))
                return
            fi
            :
            ;;
        'batches close')
            case "$previous" in
            --url) :; return ;;
            --tenant) :; return ;;
            --token) :; return ;;
            --api-key) :; return ;;
            --client-id) :; return ;;
            --client-secret) :; return ;;
            --certificate-authority) COMPREPLY=($(compgen -f -- "$current")); return ;;
            --timeout) :; return ;;
            --log-level) COMPREPLY=($(compgen -W "trace debug info notice warning error critical" -- "$current")); return ;;
            esac
            if [[ $current == -* ]]; then
                COMPREPLY=($(compgen -W "--url --tenant --token --api-key --client-id --client-secret --certificate-authority --timeout --json --log-level --help" -- "$current"))
                return
            fi
            :
            ;;
        'batches cancel')
            case "$previous" in
            --url) :; return ;;
            --tenant) :; return ;;
            --token) :; return ;;
            --api-key) :; return ;;
            --client-id) :; return ;;
            --client-secret) :; return ;;
            --certificate-authority) COMPREPLY=($(compgen -f -- "$current")); return ;;
            --timeout) :; return ;;
            --log-level) COMPREPLY=($(compgen -W "trace debug info notice warning error critical" -- "$current")); return ;;
            esac
            if [[ $current == -* ]]; then
                COMPREPLY=($(compgen -W "--keep-completed --url --tenant --token --api-key --client-id --client-secret --certificate-authority --timeout --json --log-level --help" -- "$current"))
                return
            fi
            :
            ;;
    esac
}
complete -o default -F _cartload cartload
