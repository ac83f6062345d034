# fish completion for cartload
# Whether the words behind the program begin with these.
function __cartload_at
    set -l words (commandline -opc)
    set -l last (math (count $argv) + 1)
    test (count $words) -ge $last; and test "$words[2..$last]" = "$argv"
end
# Whether they are these and no more.
function __cartload_ends_at
    test (count (commandline -opc)) -eq (math (count $argv) + 1)
    and __cartload_at $argv
end
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
complete -c cartload -n '__cartload_ends_at batches' -f -a run -d 'Run a service over all records of a file.'
complete -c cartload -n '__cartload_ends_at batches' -f -a describe -d 'List the tenant\'s pipelines and what it uses.'
complete -c cartload -n '__cartload_ends_at batches' -f -a create -d 'Open a pipeline for a service and print its id.'
complete -c cartload -n '__cartload_ends_at batches' -f -a info -d 'Show what a pipeline runs and what it has done.'
complete -c cartload -n '__cartload_ends_at batches' -f -a status -d 'Show how far a pipeline is.'
complete -c cartload -n '__cartload_ends_at batches' -f -a push -d 'Push records or chunks of a file to a pipeline.'
complete -c cartload -n '__cartload_ends_at batches' -f -a pull -d 'Take results out of a pipeline and write them.'
complete -c cartload -n '__cartload_ends_at batches' -f -a watch -d 'Show how pipelines go until they end.'
complete -c cartload -n '__cartload_ends_at batches' -f -a close -d 'Close a pipeline: what was pushed runs to its end.'
complete -c cartload -n '__cartload_ends_at batches' -f -a cancel -d 'Cancel a pipeline and discard what is in it.'
complete -c cartload -n '__cartload_at run' -l state -d 'Keep checkpoints in this directory (default: .cartload).' -x -a '(__fish_complete_directories)'
complete -c cartload -n '__cartload_at run' -l fresh -d 'Forget earlier checkpoints and start from the beginning.'
complete -c cartload -n '__cartload_at run' -l once -d 'Run each link once, whatever its schedule.'
complete -c cartload -n '__cartload_at run' -l json -d 'Print the result as one JSON object on stdout.'
complete -c cartload -n '__cartload_at run' -l no-progress -d 'Do not show how the run goes.'
complete -c cartload -n '__cartload_at run' -l stats -d 'Write the result as JSON to this file.' -r
complete -c cartload -n '__cartload_at run' -l log-level -d 'Say more or less on stderr (default: CARTLOAD_LOG_LEVEL, else warning).' -x -a 'trace debug info notice warning error critical'
complete -c cartload -n '__cartload_at check' -l json -d 'Print the plan as one JSON object.'
complete -c cartload -n '__cartload_at check' -l log-level -d 'Say more or less on stderr (default: CARTLOAD_LOG_LEVEL, else warning).' -x -a 'trace debug info notice warning error critical'
complete -c cartload -n '__cartload_at copy' -l stream -d 'Take only this stream of the source.' -x
complete -c cartload -n '__cartload_at copy' -l select -d 'Take these fields or expressions, such as "id, upper(name) AS name".' -x
complete -c cartload -n '__cartload_at copy' -l where -d 'Take only records for which this is true, such as "amount >= 100".' -x
complete -c cartload -n '__cartload_at copy' -l batch-size -d 'Put at most this many records in a batch.' -x
complete -c cartload -n '__cartload_at copy' -l batch-by -d 'Put records with the same value in a batch.' -x
complete -c cartload -n '__cartload_at copy' -l key -d 'The fields that identify a record, for --load upsert.' -x
complete -c cartload -n '__cartload_at copy' -l load -d 'What to do with records that are already there.' -x -a 'append upsert overwrite'
complete -c cartload -n '__cartload_at copy' -l format -d 'The format of the target\'s files, or of the source\'s when the target has none.' -x -a 'jsonl csv tsv'
complete -c cartload -n '__cartload_at copy' -l compression -d 'The compression of the target\'s files.' -x -a 'none gzip zstd'
complete -c cartload -n '__cartload_at copy' -l state -d 'Keep checkpoints in this directory, to go on from there.' -x -a '(__fish_complete_directories)'
complete -c cartload -n '__cartload_at copy' -l fresh -d 'Forget earlier checkpoints and start from the beginning.'
complete -c cartload -n '__cartload_at copy' -l json -d 'Print the result as one JSON object on stdout.'
complete -c cartload -n '__cartload_at copy' -l no-progress -d 'Do not show how the copy goes.'
complete -c cartload -n '__cartload_at copy' -l stats -d 'Write the result as JSON to this file.' -r
complete -c cartload -n '__cartload_at copy' -l log-level -d 'Say more or less on stderr (default: CARTLOAD_LOG_LEVEL, else warning).' -x -a 'trace debug info notice warning error critical'
complete -c cartload -n '__cartload_at serve' -s c -l config -d 'The configuration, YAML or JSON.' -r
complete -c cartload -n '__cartload_at serve' -s l -l listen -d 'Where to listen (default: 127.0.0.1:8765).' -x
complete -c cartload -n '__cartload_at serve' -l data -d 'Keep pipelines in this directory; `none` keeps them in memory (default: .cartload/server).' -x -a '(__fish_complete_directories)'
complete -c cartload -n '__cartload_at serve' -l services -d 'The services\' directory (default: services, if there is one).' -x -a '(__fish_complete_directories)'
complete -c cartload -n '__cartload_at serve' -l workers -d 'How many chunks run at once (default: as many as there are cores).' -x
complete -c cartload -n '__cartload_at serve' -l idle-timeout -d 'Close pipelines that nobody uses for so long, such as 30m.' -x
complete -c cartload -n '__cartload_at serve' -l tls-certificate -d 'Serve HTTPS with the certificate of this PEM file.' -r
complete -c cartload -n '__cartload_at serve' -l tls-key -d 'The PEM file with the certificate\'s key.' -r
complete -c cartload -n '__cartload_at serve' -l access-log -d 'Write a line for each request to this file; - for stderr.' -r
complete -c cartload -n '__cartload_at serve' -l no-dashboard -d 'Serve the API alone, without the page.'
complete -c cartload -n '__cartload_at serve' -l kind -d 'With token create, what it is for (default: token).' -x -a 'token api-key client'
complete -c cartload -n '__cartload_at serve' -l json -d 'Print what others need to know as one JSON object on stdout.'
complete -c cartload -n '__cartload_at serve' -l log-level -d 'Say more or less on stderr (default: CARTLOAD_LOG_LEVEL, else warning).' -x -a 'trace debug info notice warning error critical'
complete -c cartload -n '__cartload_at serve' -f -a 'token'
complete -c cartload -n '__cartload_at batches' -l log-level -d 'Say more or less on stderr (default: CARTLOAD_LOG_LEVEL, else warning).' -x -a 'trace debug info notice warning error critical'
complete -c cartload -n '__cartload_at tap' -s c -l config -d 'The configuration, JSON or YAML; of several, later ones win. ENV reads variables such as TAP_SQLITE_PATH.' -r
complete -c cartload -n '__cartload_at tap' -l catalog -d 'The streams and fields that are selected; all when it is not given.' -r
complete -c cartload -n '__cartload_at tap' -s p -l properties -d 'The older name of --catalog.' -r
complete -c cartload -n '__cartload_at tap' -s s -l state -d 'The last STATE of an earlier run.' -r
complete -c cartload -n '__cartload_at tap' -s d -l discover -d 'Print the catalog.'
complete -c cartload -n '__cartload_at tap' -l test -d 'Read the first record of every stream and send nothing; schema only prints the catalog.'
complete -c cartload -n '__cartload_at tap' -l about -d 'Show what the tap can, and its settings.'
complete -c cartload -n '__cartload_at tap' -l format -d 'The form of --about.' -x -a 'text json markdown'
complete -c cartload -n '__cartload_at tap' -l log-level -d 'Say more or less on stderr (default: CARTLOAD_LOG_LEVEL, else warning).' -x -a 'trace debug info notice warning error critical'
complete -c cartload -n '__cartload_at tap' -f -a 'numbers'
complete -c cartload -n '__cartload_at target' -s c -l config -d 'The configuration, JSON or YAML; of several, later ones win. ENV reads variables such as TARGET_SQLITE_PATH.' -r
complete -c cartload -n '__cartload_at target' -l input -d 'Read messages from this file instead of stdin.' -r
complete -c cartload -n '__cartload_at target' -l about -d 'Show what the target can, and its settings.'
complete -c cartload -n '__cartload_at target' -l format -d 'The form of --about.' -x -a 'text json markdown'
complete -c cartload -n '__cartload_at target' -l log-level -d 'Say more or less on stderr (default: CARTLOAD_LOG_LEVEL, else warning).' -x -a 'trace debug info notice warning error critical'
complete -c cartload -n '__cartload_at target' -f -a 'shelf'
complete -c cartload -n '__cartload_at pack' -s c -l config -d 'The configuration: storage, encoding, batch_size and others, as a tap\'s batch_config.' -r
complete -c cartload -n '__cartload_at pack' -l log-level -d 'Say more or less on stderr (default: CARTLOAD_LOG_LEVEL, else warning).' -x -a 'trace debug info notice warning error critical'
complete -c cartload -n '__cartload_at unpack' -s c -l config -d 'The configuration: batch_roots, batch_hosts and others, as a target\'s.' -r
complete -c cartload -n '__cartload_at unpack' -l root -d 'A folder that files may be read from.' -x -a '(__fish_complete_directories)'
complete -c cartload -n '__cartload_at unpack' -l host -d 'A host that files may be read from: host or host:port.' -x
complete -c cartload -n '__cartload_at unpack' -l log-level -d 'Say more or less on stderr (default: CARTLOAD_LOG_LEVEL, else warning).' -x -a 'trace debug info notice warning error critical'
complete -c cartload -n '__cartload_at singer' -l kind -d 'What it is (default: found out).' -x -a 'tap target'
complete -c cartload -n '__cartload_at singer' -l root -d 'A folder that its batch files may be read from.' -x -a '(__fish_complete_directories)'
complete -c cartload -n '__cartload_at singer' -l json -d 'Print the findings as JSON on stdout.'
complete -c cartload -n '__cartload_at singer' -l log-level -d 'Say more or less on stderr (default: CARTLOAD_LOG_LEVEL, else warning).' -x -a 'trace debug info notice warning error critical'
complete -c cartload -n '__cartload_at singer' -f -a 'check'
complete -c cartload -n '__cartload_at source' -s c -l config -d 'The configuration, JSON or YAML.' -r
complete -c cartload -n '__cartload_at source' -l catalog -d 'The configured catalog, for read.' -r
complete -c cartload -n '__cartload_at source' -s s -l state -d 'The states of an earlier sync, for read.' -r
complete -c cartload -n '__cartload_at source' -l debug -d 'Send LOG messages of the level DEBUG too.'
complete -c cartload -n '__cartload_at source' -l log-level -d 'Say more or less on stderr (default: CARTLOAD_LOG_LEVEL, else warning).' -x -a 'trace debug info notice warning error critical'
complete -c cartload -n '__cartload_at source' -f -a 'numbers'
complete -c cartload -n '__cartload_at destination' -s c -l config -d 'The configuration, JSON or YAML.' -r
complete -c cartload -n '__cartload_at destination' -l catalog -d 'The configured catalog, for write.' -r
complete -c cartload -n '__cartload_at destination' -l debug -d 'Send LOG messages of the level DEBUG too.'
complete -c cartload -n '__cartload_at destination' -l log-level -d 'Say more or less on stderr (default: CARTLOAD_LOG_LEVEL, else warning).' -x -a 'trace debug info notice warning error critical'
complete -c cartload -n '__cartload_at destination' -f -a 'shelf'
complete -c cartload -n '__cartload_at connectors' -l json -d 'Print JSON.'
complete -c cartload -n '__cartload_at connectors' -l log-level -d 'Say more or less on stderr (default: CARTLOAD_LOG_LEVEL, else warning).' -x -a 'trace debug info notice warning error critical'
complete -c cartload -n '__cartload_at connectors' -f -a 'numbers shelf'
complete -c cartload -n '__cartload_at version' -l json -d 'Print JSON.'
complete -c cartload -n '__cartload_at version' -l log-level -d 'Say more or less on stderr (default: CARTLOAD_LOG_LEVEL, else warning).' -x -a 'trace debug info notice warning error critical'
complete -c cartload -n '__cartload_at help' -l log-level -d 'Say more or less on stderr (default: CARTLOAD_LOG_LEVEL, else warning).' -x -a 'trace debug info notice warning error critical'
complete -c cartload -n '__cartload_at help' -f -a 'run check copy serve batches tap target pack unpack singer source destination connectors version help completions'
complete -c cartload -n '__cartload_at completions' -l log-level -d 'Say more or less on stderr (default: CARTLOAD_LOG_LEVEL, else warning).' -x -a 'trace debug info notice warning error critical'
complete -c cartload -n '__cartload_at completions' -f -a 'bash zsh fish'
complete -c cartload -n '__cartload_at batches run' -s i -l input -d 'Where the records are; - is standard input.' -r
complete -c cartload -n '__cartload_at batches run' -s o -l output -d 'Where the outputs go; - is standard output.' -r
complete -c cartload -n '__cartload_at batches run' -l rejects -d 'Where records go that fail (default: OUTPUT.rejects.jsonl).' -r
complete -c cartload -n '__cartload_at batches run' -l format -d 'The input\'s format, if it is not recognised.' -x -a 'jsonl csv tsv'
complete -c cartload -n '__cartload_at batches run' -l chunk -d 'Records of a chunk (default: 300).' -x
complete -c cartload -n '__cartload_at batches run' -l parameters -d 'Values common to all records, or @FILE.' -x
complete -c cartload -n '__cartload_at batches run' -l summary -d 'Compute over all outputs, such as total:SUM,amount:AVG.' -x
complete -c cartload -n '__cartload_at batches run' -l output-fields -d 'Only these outputs of the service.' -x
complete -c cartload -n '__cartload_at batches run' -l keep-input -d 'Write the inputs beside their outputs, in one record.'
complete -c cartload -n '__cartload_at batches run' -l unordered -d 'Write outputs as they come.'
complete -c cartload -n '__cartload_at batches run' -l accuracy -d 'The share of records that must succeed, 0 to 1.' -x
complete -c cartload -n '__cartload_at batches run' -l priority -d '0 to 9; higher ones run first.' -x
complete -c cartload -n '__cartload_at batches run' -l dry-run -d 'Show what would be pushed, and change nothing.'
complete -c cartload -n '__cartload_at batches run' -l state -d 'Keep how far it is in this directory (default: .cartload/batches).' -x -a '(__fish_complete_directories)'
complete -c cartload -n '__cartload_at batches run' -l fresh -d 'Forget an earlier run and start over.'
complete -c cartload -n '__cartload_at batches run' -l on-interrupt -d 'What becomes of the pipeline after Ctrl-C (default: detach).' -x -a 'detach cancel'
complete -c cartload -n '__cartload_at batches run' -l patience -d 'How long to try while the server is away (default: 5m).' -x
complete -c cartload -n '__cartload_at batches run' -l lease -d 'How long results are lent before they come again (default: 20s).' -x
complete -c cartload -n '__cartload_at batches run' -l url -d 'The server (default: CARTLOAD_URL, else http://127.0.0.1:8765).' -x
complete -c cartload -n '__cartload_at batches run' -l tenant -d 'The tenant (default: CARTLOAD_TENANT, else the end of the URL, else demo).' -x
complete -c cartload -n '__cartload_at batches run' -l token -d 'A bearer token (default: CARTLOAD_TOKEN).' -x
complete -c cartload -n '__cartload_at batches run' -l api-key -d 'An API key (default: CARTLOAD_API_KEY).' -x
complete -c cartload -n '__cartload_at batches run' -l client-id -d 'An OAuth2 client (default: CARTLOAD_CLIENT_ID).' -x
complete -c cartload -n '__cartload_at batches run' -l client-secret -d 'The client\'s secret (default: CARTLOAD_CLIENT_SECRET).' -x
complete -c cartload -n '__cartload_at batches run' -l certificate-authority -d 'Certificates to trust, PEM.' -r
complete -c cartload -n '__cartload_at batches run' -l timeout -d 'How long one request may take (default: 60s).' -x
complete -c cartload -n '__cartload_at batches run' -l json -d 'Print the result as one JSON object on stdout.'
complete -c cartload -n '__cartload_at batches run' -l no-progress -d 'Do not show how the run goes.'
complete -c cartload -n '__cartload_at batches run' -l log-level -d 'Say more or less on stderr (default: CARTLOAD_LOG_LEVEL, else warning).' -x -a 'trace debug info notice warning error critical'
complete -c cartload -n '__cartload_at batches describe' -l url -d 'The server (default: CARTLOAD_URL, else http://127.0.0.1:8765).' -x
complete -c cartload -n '__cartload_at batches describe' -l tenant -d 'The tenant (default: CARTLOAD_TENANT, else the end of the URL, else demo).' -x
complete -c cartload -n '__cartload_at batches describe' -l token -d 'A bearer token (default: CARTLOAD_TOKEN).' -x
complete -c cartload -n '__cartload_at batches describe' -l api-key -d 'An API key (default: CARTLOAD_API_KEY).' -x
complete -c cartload -n '__cartload_at batches describe' -l client-id -d 'An OAuth2 client (default: CARTLOAD_CLIENT_ID).' -x
complete -c cartload -n '__cartload_at batches describe' -l client-secret -d 'The client\'s secret (default: CARTLOAD_CLIENT_SECRET).' -x
complete -c cartload -n '__cartload_at batches describe' -l certificate-authority -d 'Certificates to trust, PEM.' -r
complete -c cartload -n '__cartload_at batches describe' -l timeout -d 'How long one request may take (default: 60s).' -x
complete -c cartload -n '__cartload_at batches describe' -l json -d 'Print the server\'s answer as JSON.'
complete -c cartload -n '__cartload_at batches describe' -l log-level -d 'Say more or less on stderr (default: CARTLOAD_LOG_LEVEL, else warning).' -x -a 'trace debug info notice warning error critical'
complete -c cartload -n '__cartload_at batches create' -l output-fields -d 'Only these outputs of the service.' -x
complete -c cartload -n '__cartload_at batches create' -l unique-key -d 'Inputs that tell records apart.' -x
complete -c cartload -n '__cartload_at batches create' -l accuracy -d 'The share of records that must succeed, 0 to 1 (default: 1).' -x
complete -c cartload -n '__cartload_at batches create' -l priority -d '0 to 9; higher ones run first.' -x
complete -c cartload -n '__cartload_at batches create' -l min-runners -d 'Runners to begin with.' -x
complete -c cartload -n '__cartload_at batches create' -l max-runners -d 'Runners at most.' -x
complete -c cartload -n '__cartload_at batches create' -l chunks-per-vm -d 'Chunks that a worker takes at once.' -x
complete -c cartload -n '__cartload_at batches create' -l runners-per-vm -d 'Threads of a worker.' -x
complete -c cartload -n '__cartload_at batches create' -l max-input-size -d 'Megabytes of the input buffer.' -x
complete -c cartload -n '__cartload_at batches create' -l max-output-size -d 'Megabytes of the output buffer.' -x
complete -c cartload -n '__cartload_at batches create' -l correlation-id -d 'What you call the work.' -x
complete -c cartload -n '__cartload_at batches create' -l call-purpose -d 'What it is for.' -x
complete -c cartload -n '__cartload_at batches create' -l active-since -d 'The version of the service that was in force then.' -x
complete -c cartload -n '__cartload_at batches create' -l url -d 'The server (default: CARTLOAD_URL, else http://127.0.0.1:8765).' -x
complete -c cartload -n '__cartload_at batches create' -l tenant -d 'The tenant (default: CARTLOAD_TENANT, else the end of the URL, else demo).' -x
complete -c cartload -n '__cartload_at batches create' -l token -d 'A bearer token (default: CARTLOAD_TOKEN).' -x
complete -c cartload -n '__cartload_at batches create' -l api-key -d 'An API key (default: CARTLOAD_API_KEY).' -x
complete -c cartload -n '__cartload_at batches create' -l client-id -d 'An OAuth2 client (default: CARTLOAD_CLIENT_ID).' -x
complete -c cartload -n '__cartload_at batches create' -l client-secret -d 'The client\'s secret (default: CARTLOAD_CLIENT_SECRET).' -x
complete -c cartload -n '__cartload_at batches create' -l certificate-authority -d 'Certificates to trust, PEM.' -r
complete -c cartload -n '__cartload_at batches create' -l timeout -d 'How long one request may take (default: 60s).' -x
complete -c cartload -n '__cartload_at batches create' -l json -d 'Print the server\'s answer as JSON.'
complete -c cartload -n '__cartload_at batches create' -l log-level -d 'Say more or less on stderr (default: CARTLOAD_LOG_LEVEL, else warning).' -x -a 'trace debug info notice warning error critical'
complete -c cartload -n '__cartload_at batches info' -l url -d 'The server (default: CARTLOAD_URL, else http://127.0.0.1:8765).' -x
complete -c cartload -n '__cartload_at batches info' -l tenant -d 'The tenant (default: CARTLOAD_TENANT, else the end of the URL, else demo).' -x
complete -c cartload -n '__cartload_at batches info' -l token -d 'A bearer token (default: CARTLOAD_TOKEN).' -x
complete -c cartload -n '__cartload_at batches info' -l api-key -d 'An API key (default: CARTLOAD_API_KEY).' -x
complete -c cartload -n '__cartload_at batches info' -l client-id -d 'An OAuth2 client (default: CARTLOAD_CLIENT_ID).' -x
complete -c cartload -n '__cartload_at batches info' -l client-secret -d 'The client\'s secret (default: CARTLOAD_CLIENT_SECRET).' -x
complete -c cartload -n '__cartload_at batches info' -l certificate-authority -d 'Certificates to trust, PEM.' -r
complete -c cartload -n '__cartload_at batches info' -l timeout -d 'How long one request may take (default: 60s).' -x
complete -c cartload -n '__cartload_at batches info' -l json -d 'Print the server\'s answer as JSON.'
complete -c cartload -n '__cartload_at batches info' -l log-level -d 'Say more or less on stderr (default: CARTLOAD_LOG_LEVEL, else warning).' -x -a 'trace debug info notice warning error critical'
complete -c cartload -n '__cartload_at batches status' -l wait -d 'Wait so long for a change before answering.' -x
complete -c cartload -n '__cartload_at batches status' -l url -d 'The server (default: CARTLOAD_URL, else http://127.0.0.1:8765).' -x
complete -c cartload -n '__cartload_at batches status' -l tenant -d 'The tenant (default: CARTLOAD_TENANT, else the end of the URL, else demo).' -x
complete -c cartload -n '__cartload_at batches status' -l token -d 'A bearer token (default: CARTLOAD_TOKEN).' -x
complete -c cartload -n '__cartload_at batches status' -l api-key -d 'An API key (default: CARTLOAD_API_KEY).' -x
complete -c cartload -n '__cartload_at batches status' -l client-id -d 'An OAuth2 client (default: CARTLOAD_CLIENT_ID).' -x
complete -c cartload -n '__cartload_at batches status' -l client-secret -d 'The client\'s secret (default: CARTLOAD_CLIENT_SECRET).' -x
complete -c cartload -n '__cartload_at batches status' -l certificate-authority -d 'Certificates to trust, PEM.' -r
complete -c cartload -n '__cartload_at batches status' -l timeout -d 'How long one request may take (default: 60s).' -x
complete -c cartload -n '__cartload_at batches status' -l json -d 'Print the server\'s answer as JSON.'
complete -c cartload -n '__cartload_at batches status' -l log-level -d 'Say more or less on stderr (default: CARTLOAD_LOG_LEVEL, else warning).' -x -a 'trace debug info notice warning error critical'
complete -c cartload -n '__cartload_at batches push' -s i -l input -d 'Where the records are; - is standard input (default: -).' -r
complete -c cartload -n '__cartload_at batches push' -l format -d 'The input\'s format, if it is not recognised.' -x -a 'jsonl csv tsv'
complete -c cartload -n '__cartload_at batches push' -l chunk -d 'Records of a chunk (default: 300).' -x
complete -c cartload -n '__cartload_at batches push' -l prefix -d 'What the ids of chunks begin with; the same input again brings nothing twice.' -x
complete -c cartload -n '__cartload_at batches push' -l parameters -d 'Values common to all records, or @FILE.' -x
complete -c cartload -n '__cartload_at batches push' -l summary -d 'Compute over the outputs of each chunk, such as total:SUM,amount:AVG.' -x
complete -c cartload -n '__cartload_at batches push' -l patience -d 'How long to try while the server is away (default: 5m).' -x
complete -c cartload -n '__cartload_at batches push' -l url -d 'The server (default: CARTLOAD_URL, else http://127.0.0.1:8765).' -x
complete -c cartload -n '__cartload_at batches push' -l tenant -d 'The tenant (default: CARTLOAD_TENANT, else the end of the URL, else demo).' -x
complete -c cartload -n '__cartload_at batches push' -l token -d 'A bearer token (default: CARTLOAD_TOKEN).' -x
complete -c cartload -n '__cartload_at batches push' -l api-key -d 'An API key (default: CARTLOAD_API_KEY).' -x
complete -c cartload -n '__cartload_at batches push' -l client-id -d 'An OAuth2 client (default: CARTLOAD_CLIENT_ID).' -x
complete -c cartload -n '__cartload_at batches push' -l client-secret -d 'The client\'s secret (default: CARTLOAD_CLIENT_SECRET).' -x
complete -c cartload -n '__cartload_at batches push' -l certificate-authority -d 'Certificates to trust, PEM.' -r
complete -c cartload -n '__cartload_at batches push' -l timeout -d 'How long one request may take (default: 60s).' -x
complete -c cartload -n '__cartload_at batches push' -l json -d 'Print the pipeline\'s status as JSON.'
complete -c cartload -n '__cartload_at batches push' -l log-level -d 'Say more or less on stderr (default: CARTLOAD_LOG_LEVEL, else warning).' -x -a 'trace debug info notice warning error critical'
complete -c cartload -n '__cartload_at batches pull' -s o -l output -d 'Where they go; - is standard output (default: -).' -r
complete -c cartload -n '__cartload_at batches pull' -l chunks -d 'Write whole results of chunks.'
complete -c cartload -n '__cartload_at batches pull' -l follow -d 'Go on until the pipeline has ended and everything was taken.'
complete -c cartload -n '__cartload_at batches pull' -l max -d 'Chunks to take at most; not with --follow (default: 100).' -x
complete -c cartload -n '__cartload_at batches pull' -l wait -d 'How long to wait until there are some (default: 0s, with --follow 10s).' -x
complete -c cartload -n '__cartload_at batches pull' -l lease -d 'How long results are lent until they are written (default: 60s).' -x
complete -c cartload -n '__cartload_at batches pull' -l url -d 'The server (default: CARTLOAD_URL, else http://127.0.0.1:8765).' -x
complete -c cartload -n '__cartload_at batches pull' -l tenant -d 'The tenant (default: CARTLOAD_TENANT, else the end of the URL, else demo).' -x
complete -c cartload -n '__cartload_at batches pull' -l token -d 'A bearer token (default: CARTLOAD_TOKEN).' -x
complete -c cartload -n '__cartload_at batches pull' -l api-key -d 'An API key (default: CARTLOAD_API_KEY).' -x
complete -c cartload -n '__cartload_at batches pull' -l client-id -d 'An OAuth2 client (default: CARTLOAD_CLIENT_ID).' -x
complete -c cartload -n '__cartload_at batches pull' -l client-secret -d 'The client\'s secret (default: CARTLOAD_CLIENT_SECRET).' -x
complete -c cartload -n '__cartload_at batches pull' -l certificate-authority -d 'Certificates to trust, PEM.' -r
complete -c cartload -n '__cartload_at batches pull' -l timeout -d 'How long one request may take (default: 60s).' -x
complete -c cartload -n '__cartload_at batches pull' -l json -d 'Print the pipeline\'s status as JSON at the end, on stderr.'
complete -c cartload -n '__cartload_at batches pull' -l log-level -d 'Say more or less on stderr (default: CARTLOAD_LOG_LEVEL, else warning).' -x -a 'trace debug info notice warning error critical'
complete -c cartload -n '__cartload_at batches watch' -l timeout-after -d 'Stop watching after this time; the pipelines go on.' -x
complete -c cartload -n '__cartload_at batches watch' -l url -d 'The server (default: CARTLOAD_URL, else http://127.0.0.1:8765).' -x
complete -c cartload -n '__cartload_at batches watch' -l tenant -d 'The tenant (default: CARTLOAD_TENANT, else the end of the URL, else demo).' -x
complete -c cartload -n '__cartload_at batches watch' -l token -d 'A bearer token (default: CARTLOAD_TOKEN).' -x
complete -c cartload -n '__cartload_at batches watch' -l api-key -d 'An API key (default: CARTLOAD_API_KEY).' -x
complete -c cartload -n '__cartload_at batches watch' -l client-id -d 'An OAuth2 client (default: CARTLOAD_CLIENT_ID).' -x
complete -c cartload -n '__cartload_at batches watch' -l client-secret -d 'The client\'s secret (default: CARTLOAD_CLIENT_SECRET).' -x
complete -c cartload -n '__cartload_at batches watch' -l certificate-authority -d 'Certificates to trust, PEM.' -r
complete -c cartload -n '__cartload_at batches watch' -l timeout -d 'How long one request may take (default: 60s).' -x
complete -c cartload -n '__cartload_at batches watch' -l json -d 'Print each change as JSON, one a line.'
complete -c cartload -n '__cartload_at batches watch' -l log-level -d 'Say more or less on stderr (default: CARTLOAD_LOG_LEVEL, else warning).' -x -a 'trace debug info notice warning error critical'
complete -c cartload -n '__cartload_at batches close' -l url -d 'The server (default: CARTLOAD_URL, else http://127.0.0.1:8765).' -x
complete -c cartload -n '__cartload_at batches close' -l tenant -d 'The tenant (default: CARTLOAD_TENANT, else the end of the URL, else demo).' -x
complete -c cartload -n '__cartload_at batches close' -l token -d 'A bearer token (default: CARTLOAD_TOKEN).' -x
complete -c cartload -n '__cartload_at batches close' -l api-key -d 'An API key (default: CARTLOAD_API_KEY).' -x
complete -c cartload -n '__cartload_at batches close' -l client-id -d 'An OAuth2 client (default: CARTLOAD_CLIENT_ID).' -x
complete -c cartload -n '__cartload_at batches close' -l client-secret -d 'The client\'s secret (default: CARTLOAD_CLIENT_SECRET).' -x
complete -c cartload -n '__cartload_at batches close' -l certificate-authority -d 'Certificates to trust, PEM.' -r
complete -c cartload -n '__cartload_at batches close' -l timeout -d 'How long one request may take (default: 60s).' -x
complete -c cartload -n '__cartload_at batches close' -l json -d 'Print the server\'s answer as JSON.'
complete -c cartload -n '__cartload_at batches close' -l log-level -d 'Say more or less on stderr (default: CARTLOAD_LOG_LEVEL, else warning).' -x -a 'trace debug info notice warning error critical'
complete -c cartload -n '__cartload_at batches cancel' -l keep-completed -d 'Leave finished results to be pulled.'
complete -c cartload -n '__cartload_at batches cancel' -l url -d 'The server (default: CARTLOAD_URL, else http://127.0.0.1:8765).' -x
complete -c cartload -n '__cartload_at batches cancel' -l tenant -d 'The tenant (default: CARTLOAD_TENANT, else the end of the URL, else demo).' -x
complete -c cartload -n '__cartload_at batches cancel' -l token -d 'A bearer token (default: CARTLOAD_TOKEN).' -x
complete -c cartload -n '__cartload_at batches cancel' -l api-key -d 'An API key (default: CARTLOAD_API_KEY).' -x
complete -c cartload -n '__cartload_at batches cancel' -l client-id -d 'An OAuth2 client (default: CARTLOAD_CLIENT_ID).' -x
complete -c cartload -n '__cartload_at batches cancel' -l client-secret -d 'The client\'s secret (default: CARTLOAD_CLIENT_SECRET).' -x
complete -c cartload -n '__cartload_at batches cancel' -l certificate-authority -d 'Certificates to trust, PEM.' -r
complete -c cartload -n '__cartload_at batches cancel' -l timeout -d 'How long one request may take (default: 60s).' -x
complete -c cartload -n '__cartload_at batches cancel' -l json -d 'Print the server\'s answer as JSON.'
complete -c cartload -n '__cartload_at batches cancel' -l log-level -d 'Say more or less on stderr (default: CARTLOAD_LOG_LEVEL, else warning).' -x -a 'trace debug info notice warning error critical'
