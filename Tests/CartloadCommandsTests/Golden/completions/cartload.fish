# fish completion for cartload
complete -c cartload -n __fish_use_subcommand -f
complete -c cartload -n __fish_use_subcommand -l version -d 'Show the version.'
complete -c cartload -n __fish_use_subcommand -a run -d 'Run a flow.'
complete -c cartload -n __fish_use_subcommand -a check -d 'Check a flow, connect to its ends and show what would run.'
complete -c cartload -n __fish_use_subcommand -a copy -d 'Copy records from one place to another.'
complete -c cartload -n __fish_use_subcommand -a serve -d 'Serve the Batches API.'
complete -c cartload -n __fish_use_subcommand -a batches -d 'Use the Batches API: run services over records.'
complete -c cartload -n __fish_use_subcommand -a tap -d 'Send a connector\'s records as Singer messages.'
complete -c cartload -n __fish_use_subcommand -a target -d 'Load a Singer tap\'s messages into a connector.'
complete -c cartload -n __fish_use_subcommand -a pack -d 'Turn RECORD messages into BATCH messages, from stdin to stdout.'
complete -c cartload -n __fish_use_subcommand -a unpack -d 'Turn BATCH messages into RECORD messages, from stdin to stdout.'
complete -c cartload -n __fish_use_subcommand -a singer -d 'Check somebody\'s Singer tap or target.'
complete -c cartload -n __fish_use_subcommand -a source -d 'Send a connector\'s records as Airbyte messages.'
complete -c cartload -n __fish_use_subcommand -a destination -d 'Load Airbyte messages into a connector.'
complete -c cartload -n __fish_use_subcommand -a connectors -d 'List the connectors, or the settings of one.'
complete -c cartload -n __fish_use_subcommand -a version -d 'Show the version.'
complete -c cartload -n __fish_use_subcommand -a help -d 'Show help.'
complete -c cartload -n __fish_use_subcommand -a completions -d 'Print a completion script for a shell.'
complete -c cartload -n '__fish_seen_subcommand_from run' -l state -d 'Keep checkpoints in this directory (default: .cartload).' -x -a '(__fish_complete_directories)'
complete -c cartload -n '__fish_seen_subcommand_from run' -l fresh -d 'Forget earlier checkpoints and start from the beginning.'
complete -c cartload -n '__fish_seen_subcommand_from run' -l once -d 'Run each link once, whatever its schedule.'
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
complete -c cartload -n '__fish_seen_subcommand_from serve' -s c -l config -d 'The configuration, YAML or JSON.' -r
complete -c cartload -n '__fish_seen_subcommand_from serve' -s l -l listen -d 'Where to listen (default: 127.0.0.1:8765).' -x
complete -c cartload -n '__fish_seen_subcommand_from serve' -l data -d 'Keep pipelines in this directory; `none` keeps them in memory (default: .cartload/server).' -x -a '(__fish_complete_directories)'
complete -c cartload -n '__fish_seen_subcommand_from serve' -l services -d 'The services\' directory (default: services, if there is one).' -x -a '(__fish_complete_directories)'
complete -c cartload -n '__fish_seen_subcommand_from serve' -l workers -d 'How many chunks run at once (default: as many as there are cores).' -x
complete -c cartload -n '__fish_seen_subcommand_from serve' -l idle-timeout -d 'Close pipelines that nobody uses for so long, such as 30m.' -x
complete -c cartload -n '__fish_seen_subcommand_from serve' -l tls-certificate -d 'Serve HTTPS with the certificate of this PEM file.' -r
complete -c cartload -n '__fish_seen_subcommand_from serve' -l tls-key -d 'The PEM file with the certificate\'s key.' -r
complete -c cartload -n '__fish_seen_subcommand_from serve' -l access-log -d 'Write a line for each request to this file; - for stderr.' -r
complete -c cartload -n '__fish_seen_subcommand_from serve' -l no-dashboard -d 'Serve the API alone, without the page.'
complete -c cartload -n '__fish_seen_subcommand_from serve' -l kind -d 'With token create: token, api-key or client (default: token).' -x
complete -c cartload -n '__fish_seen_subcommand_from serve' -l json -d 'Print what others need to know as one JSON object on stdout.'
complete -c cartload -n '__fish_seen_subcommand_from serve' -l log-level -d 'Say more or less on stderr (default: CARTLOAD_LOG_LEVEL, else warning).' -x -a 'trace debug info notice warning error critical'
complete -c cartload -n '__fish_seen_subcommand_from serve' -f -a 'token'
complete -c cartload -n '__fish_seen_subcommand_from batches' -l log-level -d 'Say more or less on stderr (default: CARTLOAD_LOG_LEVEL, else warning).' -x -a 'trace debug info notice warning error critical'
complete -c cartload -n '__fish_seen_subcommand_from batches' -f -a 'run describe create info status push pull watch close cancel'
complete -c cartload -n '__fish_seen_subcommand_from tap' -s c -l config -d 'The configuration, JSON or YAML; of several, later ones win. ENV reads variables such as TAP_SQLITE_PATH.' -r
complete -c cartload -n '__fish_seen_subcommand_from tap' -l catalog -d 'The streams and fields that are selected; all when it is not given.' -r
complete -c cartload -n '__fish_seen_subcommand_from tap' -s p -l properties -d 'The older name of --catalog.' -r
complete -c cartload -n '__fish_seen_subcommand_from tap' -s s -l state -d 'The last STATE of an earlier run.' -r
complete -c cartload -n '__fish_seen_subcommand_from tap' -s d -l discover -d 'Print the catalog.'
complete -c cartload -n '__fish_seen_subcommand_from tap' -l test -d 'Read the first record of every stream and send nothing; schema only prints the catalog.'
complete -c cartload -n '__fish_seen_subcommand_from tap' -l about -d 'Show what the tap can, and its settings.'
complete -c cartload -n '__fish_seen_subcommand_from tap' -l format -d 'The form of --about.' -x -a 'text json markdown'
complete -c cartload -n '__fish_seen_subcommand_from tap' -l log-level -d 'Say more or less on stderr (default: CARTLOAD_LOG_LEVEL, else warning).' -x -a 'trace debug info notice warning error critical'
complete -c cartload -n '__fish_seen_subcommand_from tap' -f -a 'numbers'
complete -c cartload -n '__fish_seen_subcommand_from target' -s c -l config -d 'The configuration, JSON or YAML; of several, later ones win. ENV reads variables such as TARGET_SQLITE_PATH.' -r
complete -c cartload -n '__fish_seen_subcommand_from target' -l input -d 'Read messages from this file instead of stdin.' -r
complete -c cartload -n '__fish_seen_subcommand_from target' -l about -d 'Show what the target can, and its settings.'
complete -c cartload -n '__fish_seen_subcommand_from target' -l format -d 'The form of --about.' -x -a 'text json markdown'
complete -c cartload -n '__fish_seen_subcommand_from target' -l log-level -d 'Say more or less on stderr (default: CARTLOAD_LOG_LEVEL, else warning).' -x -a 'trace debug info notice warning error critical'
complete -c cartload -n '__fish_seen_subcommand_from target' -f -a 'shelf'
complete -c cartload -n '__fish_seen_subcommand_from pack' -s c -l config -d 'The configuration: storage, encoding, batch_size and others, as a tap\'s batch_config.' -r
complete -c cartload -n '__fish_seen_subcommand_from pack' -l log-level -d 'Say more or less on stderr (default: CARTLOAD_LOG_LEVEL, else warning).' -x -a 'trace debug info notice warning error critical'
complete -c cartload -n '__fish_seen_subcommand_from unpack' -s c -l config -d 'The configuration: batch_roots, batch_hosts and others, as a target\'s.' -r
complete -c cartload -n '__fish_seen_subcommand_from unpack' -l root -d 'A folder that files may be read from.' -x -a '(__fish_complete_directories)'
complete -c cartload -n '__fish_seen_subcommand_from unpack' -l host -d 'A host that files may be read from: host or host:port.' -x
complete -c cartload -n '__fish_seen_subcommand_from unpack' -l log-level -d 'Say more or less on stderr (default: CARTLOAD_LOG_LEVEL, else warning).' -x -a 'trace debug info notice warning error critical'
complete -c cartload -n '__fish_seen_subcommand_from singer' -l kind -d 'What it is (default: found out).' -x -a 'tap target'
complete -c cartload -n '__fish_seen_subcommand_from singer' -l root -d 'A folder that its batch files may be read from.' -x -a '(__fish_complete_directories)'
complete -c cartload -n '__fish_seen_subcommand_from singer' -l json -d 'Print the findings as JSON on stdout.'
complete -c cartload -n '__fish_seen_subcommand_from singer' -l log-level -d 'Say more or less on stderr (default: CARTLOAD_LOG_LEVEL, else warning).' -x -a 'trace debug info notice warning error critical'
complete -c cartload -n '__fish_seen_subcommand_from singer' -f -a 'check'
complete -c cartload -n '__fish_seen_subcommand_from source' -s c -l config -d 'The configuration, JSON or YAML.' -r
complete -c cartload -n '__fish_seen_subcommand_from source' -l catalog -d 'The configured catalog, for read.' -r
complete -c cartload -n '__fish_seen_subcommand_from source' -s s -l state -d 'The states of an earlier sync, for read.' -r
complete -c cartload -n '__fish_seen_subcommand_from source' -l debug -d 'Send LOG messages of the level DEBUG too.'
complete -c cartload -n '__fish_seen_subcommand_from source' -l log-level -d 'Say more or less on stderr (default: CARTLOAD_LOG_LEVEL, else warning).' -x -a 'trace debug info notice warning error critical'
complete -c cartload -n '__fish_seen_subcommand_from source' -f -a 'numbers'
complete -c cartload -n '__fish_seen_subcommand_from destination' -s c -l config -d 'The configuration, JSON or YAML.' -r
complete -c cartload -n '__fish_seen_subcommand_from destination' -l catalog -d 'The configured catalog, for write.' -r
complete -c cartload -n '__fish_seen_subcommand_from destination' -l debug -d 'Send LOG messages of the level DEBUG too.'
complete -c cartload -n '__fish_seen_subcommand_from destination' -l log-level -d 'Say more or less on stderr (default: CARTLOAD_LOG_LEVEL, else warning).' -x -a 'trace debug info notice warning error critical'
complete -c cartload -n '__fish_seen_subcommand_from destination' -f -a 'shelf'
complete -c cartload -n '__fish_seen_subcommand_from connectors' -l json -d 'Print JSON.'
complete -c cartload -n '__fish_seen_subcommand_from connectors' -l log-level -d 'Say more or less on stderr (default: CARTLOAD_LOG_LEVEL, else warning).' -x -a 'trace debug info notice warning error critical'
complete -c cartload -n '__fish_seen_subcommand_from connectors' -f -a 'numbers shelf'
complete -c cartload -n '__fish_seen_subcommand_from version' -l json -d 'Print JSON.'
complete -c cartload -n '__fish_seen_subcommand_from version' -l log-level -d 'Say more or less on stderr (default: CARTLOAD_LOG_LEVEL, else warning).' -x -a 'trace debug info notice warning error critical'
complete -c cartload -n '__fish_seen_subcommand_from help' -l log-level -d 'Say more or less on stderr (default: CARTLOAD_LOG_LEVEL, else warning).' -x -a 'trace debug info notice warning error critical'
complete -c cartload -n '__fish_seen_subcommand_from help' -f -a 'run check copy serve batches tap target pack unpack singer source destination connectors version help completions'
complete -c cartload -n '__fish_seen_subcommand_from completions' -l log-level -d 'Say more or less on stderr (default: CARTLOAD_LOG_LEVEL, else warning).' -x -a 'trace debug info notice warning error critical'
complete -c cartload -n '__fish_seen_subcommand_from completions' -f -a 'bash zsh fish'
