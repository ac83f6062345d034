# bash completion for cartload
_cartload() {
    local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}"
    COMPREPLY=()
    if [[ $COMP_CWORD -eq 1 ]]; then
        COMPREPLY=($(compgen -W "run check copy serve batches tap target pack unpack singer source destination connectors version help completions --help --version" -- "$current"))
        return
    fi
    case "${COMP_WORDS[1]}" in
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
            COMPREPLY=($(compgen -f -- "$current"))
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
            --kind) :; return ;;
            --log-level) COMPREPLY=($(compgen -W "trace debug info notice warning error critical" -- "$current")); return ;;
            esac
            if [[ $current == -* ]]; then
                COMPREPLY=($(compgen -W "--config --listen --data --services --workers --idle-timeout --tls-certificate --tls-key --access-log --no-dashboard --kind --json --log-level --help" -- "$current"))
                return
            fi
            COMPREPLY=($(compgen -W "token" -- "$current"))
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
            COMPREPLY=($(compgen -W "numbers" -- "$current"))
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
            COMPREPLY=($(compgen -W "shelf" -- "$current"))
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
            COMPREPLY=($(compgen -W "run check copy serve batches tap target pack unpack singer source destination connectors version help completions" -- "$current"))
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
    esac
}
complete -o default -F _cartload cartload
