# fish completion for cartload
complete -c cartload -n __fish_use_subcommand -f
complete -c cartload -n __fish_use_subcommand -l version -d 'Show the version.'
complete -c cartload -n __fish_use_subcommand -a run -d 'Run a flow.'
complete -c cartload -n __fish_use_subcommand -a check -d 'Check a flow, connect to its ends and show what would run.'
complete -c cartload -n __fish_use_subcommand -a copy -d 'Copy records from one place to another.'
complete -c cartload -n __fish_use_subcommand -a connectors -d 'List the connectors, or the settings of one.'
complete -c cartload -n __fish_use_subcommand -a version -d 'Show the version.'
complete -c cartload -n __fish_use_subcommand -a help -d 'Show help.'
complete -c cartload -n __fish_use_subcommand -a completions -d 'Print a completion script for a shell.'
complete -c cartload -n '__fish_seen_subcommand_from run' -l state -d 'Keep checkpoints in this directory (default: .cartload).' -x -a '(__fish_complete_directories)'
complete -c cartload -n '__fish_seen_subcommand_from run' -l fresh -d 'Forget earlier checkpoints and start from the beginning.'
complete -c cartload -n '__fish_seen_subcommand_from run' -l once -d 'Run once, even when the flow has a schedule.'
complete -c cartload -n '__fish_seen_subcommand_from run' -l json -d 'Print the result as one JSON object on stdout.'
complete -c cartload -n '__fish_seen_subcommand_from run' -l no-progress -d 'Do not show how the run goes.'
complete -c cartload -n '__fish_seen_subcommand_from run' -l stats -d 'Write the result as JSON to this file.' -r
complete -c cartload -n '__fish_seen_subcommand_from run' -l log-level -d 'Say more or less on stderr (default: CARTLOAD_LOG_LEVEL, else warning).' -x -a 'trace debug info notice warning error critical'
complete -c cartload -n '__fish_seen_subcommand_from check' -l json -d 'Print the plan as one JSON object.'
complete -c cartload -n '__fish_seen_subcommand_from check' -l log-level -d 'Say more or less on stderr (default: CARTLOAD_LOG_LEVEL, else warning).' -x -a 'trace debug info notice warning error critical'
complete -c cartload -n '__fish_seen_subcommand_from copy' -l stream -d 'Take only this stream of the source.' -x
complete -c cartload -n '__fish_seen_subcommand_from copy' -l select -d 'Take these fields or expressions, such as "id, upper(name) AS name".' -x
complete -c cartload -n '__fish_seen_subcommand_from copy' -l where -d 'Take only records for which this is true, such as "amount >= 100".' -x
complete -c cartload -n '__fish_seen_subcommand_from copy' -l batch-size -d 'Put at most this many records in a batch.' -x
complete -c cartload -n '__fish_seen_subcommand_from copy' -l batch-by -d 'Put records with the same value in a batch.' -x
complete -c cartload -n '__fish_seen_subcommand_from copy' -l key -d 'The fields that identify a record, for --load upsert.' -x
complete -c cartload -n '__fish_seen_subcommand_from copy' -l load -d 'What to do with records that are already there.' -x -a 'append upsert overwrite'
complete -c cartload -n '__fish_seen_subcommand_from copy' -l format -d 'The format of the target\'s files, or of the source\'s when the target has none.' -x -a 'jsonl csv tsv'
complete -c cartload -n '__fish_seen_subcommand_from copy' -l compression -d 'The compression of the target\'s files.' -x -a 'none gzip zstd'
complete -c cartload -n '__fish_seen_subcommand_from copy' -l state -d 'Keep checkpoints in this directory, to go on from there.' -x -a '(__fish_complete_directories)'
complete -c cartload -n '__fish_seen_subcommand_from copy' -l fresh -d 'Forget earlier checkpoints and start from the beginning.'
complete -c cartload -n '__fish_seen_subcommand_from copy' -l json -d 'Print the result as one JSON object on stdout.'
complete -c cartload -n '__fish_seen_subcommand_from copy' -l no-progress -d 'Do not show how the copy goes.'
complete -c cartload -n '__fish_seen_subcommand_from copy' -l stats -d 'Write the result as JSON to this file.' -r
complete -c cartload -n '__fish_seen_subcommand_from copy' -l log-level -d 'Say more or less on stderr (default: CARTLOAD_LOG_LEVEL, else warning).' -x -a 'trace debug info notice warning error critical'
complete -c cartload -n '__fish_seen_subcommand_from connectors' -l json -d 'Print JSON.'
complete -c cartload -n '__fish_seen_subcommand_from connectors' -l log-level -d 'Say more or less on stderr (default: CARTLOAD_LOG_LEVEL, else warning).' -x -a 'trace debug info notice warning error critical'
complete -c cartload -n '__fish_seen_subcommand_from connectors' -f -a 'numbers shelf'
complete -c cartload -n '__fish_seen_subcommand_from version' -l json -d 'Print JSON.'
complete -c cartload -n '__fish_seen_subcommand_from version' -l log-level -d 'Say more or less on stderr (default: CARTLOAD_LOG_LEVEL, else warning).' -x -a 'trace debug info notice warning error critical'
complete -c cartload -n '__fish_seen_subcommand_from help' -l log-level -d 'Say more or less on stderr (default: CARTLOAD_LOG_LEVEL, else warning).' -x -a 'trace debug info notice warning error critical'
complete -c cartload -n '__fish_seen_subcommand_from help' -f -a 'run check copy connectors version help completions'
complete -c cartload -n '__fish_seen_subcommand_from completions' -l log-level -d 'Say more or less on stderr (default: CARTLOAD_LOG_LEVEL, else warning).' -x -a 'trace debug info notice warning error critical'
complete -c cartload -n '__fish_seen_subcommand_from completions' -f -a 'bash zsh fish'
