#compdef cartload
_cartload() {
    local -a verbs
    verbs=(
        'run:Run a flow.'
        'check:Check a flow, connect to its ends and show what would run.'
        'copy:Copy records from one place to another.'
        'serve:Serve the Batches API.'
        'batches:Use the Batches API: run services over records.'
        'tap:Send a connector'\''s records as Singer messages.'
        'target:Load a Singer tap'\''s messages into a connector.'
        'pack:Turn RECORD messages into BATCH messages, from stdin to stdout.'
        'unpack:Turn BATCH messages into RECORD messages, from stdin to stdout.'
        'singer:Check somebody'\''s Singer tap or target.'
        'source:Send a connector'\''s records as Airbyte messages.'
        'destination:Load Airbyte messages into a connector.'
        'connectors:List the connectors, or the settings of one.'
        'version:Show the version.'
        'help:Show help.'
        'completions:Print a completion script for a shell.'
    )
    if (( CURRENT == 2 )); then
        _describe 'subcommand' verbs
        return
    fi
    local verb=$words[2]
    shift words
    (( CURRENT-- ))
    case $verb in
        batches)
            if (( CURRENT == 2 )); then
                verbs=(
                    'run:Run a service over all records of a file.'
                    'describe:List the tenant'\''s pipelines and what it uses.'
                    'create:Open a pipeline for a service and print its id.'
                    'info:Show what a pipeline runs and what it has done.'
                    'status:Show how far a pipeline is.'
                    'push:Push records or chunks of a file to a pipeline.'
                    'pull:Take results out of a pipeline and write them.'
                    'watch:Show how pipelines go until they end.'
                    'close:Close a pipeline: what was pushed runs to its end.'
                    'cancel:Cancel a pipeline and discard what is in it.'
                )
                _describe 'subcommand' verbs
                return
            fi
            verb="$verb $words[2]"
            shift words
            (( CURRENT-- ))
            ;;
    esac
    case $verb in
        run)
            _arguments \
                '--state=[Keep checkpoints in this directory (default\: .cartload).]:dir:_files -/' \
                '--fresh[Forget earlier checkpoints and start from the beginning.]' \
                '--once[Run each link once, whatever its schedule.]' \
                '--json[Print the result as one JSON object on stdout.]' \
                '--no-progress[Do not show how the run goes.]' \
                '--stats=[Write the result as JSON to this file.]:file:_files' \
                '--log-level=[Say more or less on stderr (default\: CARTLOAD_LOG_LEVEL, else warning).]:level:(trace debug info notice warning error critical)' \
                '--help[Show help information.]' \
                '1:flow:_files'
            ;;
        check)
            _arguments \
                '--json[Print the plan as one JSON object.]' \
                '--log-level=[Say more or less on stderr (default\: CARTLOAD_LOG_LEVEL, else warning).]:level:(trace debug info notice warning error critical)' \
                '--help[Show help information.]' \
                '1:flow:_files'
            ;;
        copy)
            _arguments \
                '*--stream=[Take only this stream of the source.]:name: ' \
                '--select=[Take these fields or expressions, such as "id, upper(name) AS name".]:list: ' \
                '--where=[Take only records for which this is true, such as "amount >= 100".]:expr: ' \
                '--batch-size=[Put at most this many records in a batch.]:n: ' \
                '*--batch-by=[Put records with the same value in a batch.]:expr: ' \
                '--key=[The fields that identify a record, for --load upsert.]:a,b: ' \
                '--load=[What to do with records that are already there.]:how:(append upsert overwrite)' \
                '--format=[The format of the target'\''s files, or of the source'\''s when the target has none.]:name:(jsonl csv tsv)' \
                '--compression=[The compression of the target'\''s files.]:name:(none gzip zstd)' \
                '--state=[Keep checkpoints in this directory, to go on from there.]:dir:_files -/' \
                '--fresh[Forget earlier checkpoints and start from the beginning.]' \
                '--json[Print the result as one JSON object on stdout.]' \
                '--no-progress[Do not show how the copy goes.]' \
                '--stats=[Write the result as JSON to this file.]:file:_files' \
                '--log-level=[Say more or less on stderr (default\: CARTLOAD_LOG_LEVEL, else warning).]:level:(trace debug info notice warning error critical)' \
                '--help[Show help information.]' \
                '1:from:_files' \
                '2:to:_files'
            ;;
        serve)
            _arguments \
                '(-c --config)'{-c,--config=}'[The configuration, YAML or JSON.]:file:_files' \
                '(-l --listen)'{-l,--listen=}'[Where to listen (default\: 127.0.0.1\:8765).]:host:port: ' \
                '--data=[Keep pipelines in this directory; `none` keeps them in memory (default\: .cartload/server).]:dir:_files -/' \
                '--services=[The services'\'' directory (default\: services, if there is one).]:dir:_files -/' \
                '--workers=[How many chunks run at once (default\: as many as there are cores).]:n: ' \
                '--idle-timeout=[Close pipelines that nobody uses for so long, such as 30m.]:time: ' \
                '--tls-certificate=[Serve HTTPS with the certificate of this PEM file.]:file:_files' \
                '--tls-key=[The PEM file with the certificate'\''s key.]:file:_files' \
                '--access-log=[Write a line for each request to this file; - for stderr.]:file:_files' \
                '--no-dashboard[Serve the API alone, without the page.]' \
                '--kind=[With token create, what it is for (default\: token).]:kind:(token api-key client)' \
                '--json[Print what others need to know as one JSON object on stdout.]' \
                '--log-level=[Say more or less on stderr (default\: CARTLOAD_LOG_LEVEL, else warning).]:level:(trace debug info notice warning error critical)' \
                '--help[Show help information.]' \
                '1::subject:(token)' \
                '2::action:(create)'
            ;;
        batches)
            _arguments \
                '--log-level=[Say more or less on stderr (default\: CARTLOAD_LOG_LEVEL, else warning).]:level:(trace debug info notice warning error critical)' \
                '--help[Show help information.]' \
                '1:verb:(run describe create info status push pull watch close cancel)'
            ;;
        tap)
            _arguments \
                '*'{-c,--config=}'[The configuration, JSON or YAML; of several, later ones win. ENV reads variables such as TAP_SQLITE_PATH.]:file:_files' \
                '--catalog=[The streams and fields that are selected; all when it is not given.]:file:_files' \
                '(-p --properties)'{-p,--properties=}'[The older name of --catalog.]:file:_files' \
                '(-s --state)'{-s,--state=}'[The last STATE of an earlier run.]:file:_files' \
                '(-d --discover)'{-d,--discover}'[Print the catalog.]' \
                '--test[Read the first record of every stream and send nothing; schema only prints the catalog.]' \
                '--about[Show what the tap can, and its settings.]' \
                '--format=[The form of --about.]:name:(text json markdown)' \
                '--log-level=[Say more or less on stderr (default\: CARTLOAD_LOG_LEVEL, else warning).]:level:(trace debug info notice warning error critical)' \
                '--help[Show help information.]' \
                '1:connector:(numbers)'
            ;;
        target)
            _arguments \
                '*'{-c,--config=}'[The configuration, JSON or YAML; of several, later ones win. ENV reads variables such as TARGET_SQLITE_PATH.]:file:_files' \
                '--input=[Read messages from this file instead of stdin.]:file:_files' \
                '--about[Show what the target can, and its settings.]' \
                '--format=[The form of --about.]:name:(text json markdown)' \
                '--log-level=[Say more or less on stderr (default\: CARTLOAD_LOG_LEVEL, else warning).]:level:(trace debug info notice warning error critical)' \
                '--help[Show help information.]' \
                '1:connector:(shelf)'
            ;;
        pack)
            _arguments \
                '(-c --config)'{-c,--config=}'[The configuration\: storage, encoding, batch_size and others, as a tap'\''s batch_config.]:file:_files' \
                '--log-level=[Say more or less on stderr (default\: CARTLOAD_LOG_LEVEL, else warning).]:level:(trace debug info notice warning error critical)' \
                '--help[Show help information.]'
            ;;
        unpack)
            _arguments \
                '(-c --config)'{-c,--config=}'[The configuration\: batch_roots, batch_hosts and others, as a target'\''s.]:file:_files' \
                '*--root=[A folder that files may be read from.]:dir:_files -/' \
                '*--host=[A host that files may be read from\: host or host\:port.]:name: ' \
                '--log-level=[Say more or less on stderr (default\: CARTLOAD_LOG_LEVEL, else warning).]:level:(trace debug info notice warning error critical)' \
                '--help[Show help information.]'
            ;;
        singer)
            _arguments \
                '--kind=[What it is (default\: found out).]:name:(tap target)' \
                '*--root=[A folder that its batch files may be read from.]:dir:_files -/' \
                '--json[Print the findings as JSON on stdout.]' \
                '--log-level=[Say more or less on stderr (default\: CARTLOAD_LOG_LEVEL, else warning).]:level:(trace debug info notice warning error critical)' \
                '--help[Show help information.]' \
                '1:action:(check)' \
                '*::command:_normal'
            ;;
        source)
            _arguments \
                '(-c --config)'{-c,--config=}'[The configuration, JSON or YAML.]:file:_files' \
                '--catalog=[The configured catalog, for read.]:file:_files' \
                '(-s --state)'{-s,--state=}'[The states of an earlier sync, for read.]:file:_files' \
                '--debug[Send LOG messages of the level DEBUG too.]' \
                '--log-level=[Say more or less on stderr (default\: CARTLOAD_LOG_LEVEL, else warning).]:level:(trace debug info notice warning error critical)' \
                '--help[Show help information.]' \
                '1:connector:(numbers)' \
                '2:action:(spec check discover read install)' \
                '3::folder:_files -/'
            ;;
        destination)
            _arguments \
                '(-c --config)'{-c,--config=}'[The configuration, JSON or YAML.]:file:_files' \
                '--catalog=[The configured catalog, for write.]:file:_files' \
                '--debug[Send LOG messages of the level DEBUG too.]' \
                '--log-level=[Say more or less on stderr (default\: CARTLOAD_LOG_LEVEL, else warning).]:level:(trace debug info notice warning error critical)' \
                '--help[Show help information.]' \
                '1:connector:(shelf)' \
                '2:action:(spec check write install)' \
                '3::folder:_files -/'
            ;;
        connectors)
            _arguments \
                '--json[Print JSON.]' \
                '--log-level=[Say more or less on stderr (default\: CARTLOAD_LOG_LEVEL, else warning).]:level:(trace debug info notice warning error critical)' \
                '--help[Show help information.]' \
                '1::name:(numbers shelf)'
            ;;
        version)
            _arguments \
                '--json[Print JSON.]' \
                '--log-level=[Say more or less on stderr (default\: CARTLOAD_LOG_LEVEL, else warning).]:level:(trace debug info notice warning error critical)' \
                '--help[Show help information.]'
            ;;
        help)
            _arguments \
                '--log-level=[Say more or less on stderr (default\: CARTLOAD_LOG_LEVEL, else warning).]:level:(trace debug info notice warning error critical)' \
                '--help[Show help information.]' \
                '1::verb:(run check copy serve batches tap target pack unpack singer source destination connectors version help completions)' \
                '2::action:(run check copy serve batches tap target pack unpack singer source destination connectors version help completions)'
            ;;
        completions)
            _arguments \
                '--log-level=[Say more or less on stderr (default\: CARTLOAD_LOG_LEVEL, else warning).]:level:(trace debug info notice warning error critical)' \
                '--help[Show help information.]' \
                '1:shell:(bash zsh fish)'
            ;;
        'batches run')
            _arguments \
                '(-i --input)'{-i,--input=}'[Where the records are; - is standard input.]:file:_files' \
                '(-o --output)'{-o,--output=}'[Where the outputs go; - is standard output.]:file:_files' \
                '--rejects=[Where records go that fail (default\: OUTPUT.rejects.jsonl).]:file:_files' \
                '--format=[The input'\''s format, if it is not recognised.]:name:(jsonl csv tsv)' \
                '--chunk=[Records of a chunk (default\: 300).]:n: ' \
                '--parameters=[Values common to all records, or @FILE.]:json: ' \
                '--summary=[Compute over all outputs, such as total\:SUM,amount\:AVG.]:list: ' \
                '--output-fields=[Only these outputs of the service.]:list: ' \
                '--keep-input[Write the inputs beside their outputs, in one record.]' \
                '--unordered[Write outputs as they come.]' \
                '--accuracy=[The share of records that must succeed, 0 to 1.]:share: ' \
                '--priority=[0 to 9; higher ones run first.]:n: ' \
                '--dry-run[Show what would be pushed, and change nothing.]' \
                '--state=[Keep how far it is in this directory (default\: .cartload/batches).]:dir:_files -/' \
                '--fresh[Forget an earlier run and start over.]' \
                '--on-interrupt=[What becomes of the pipeline after Ctrl-C (default\: detach).]:what:(detach cancel)' \
                '--patience=[How long to try while the server is away (default\: 5m).]:time: ' \
                '--lease=[How long results are lent before they come again (default\: 20s).]:time: ' \
                '--url=[The server (default\: CARTLOAD_URL, else http\://127.0.0.1\:8765).]:url: ' \
                '--tenant=[The tenant (default\: CARTLOAD_TENANT, else the end of the URL, else demo).]:name: ' \
                '--token=[A bearer token (default\: CARTLOAD_TOKEN).]:text: ' \
                '--api-key=[An API key (default\: CARTLOAD_API_KEY).]:text: ' \
                '--client-id=[An OAuth2 client (default\: CARTLOAD_CLIENT_ID).]:id: ' \
                '--client-secret=[The client'\''s secret (default\: CARTLOAD_CLIENT_SECRET).]:text: ' \
                '--certificate-authority=[Certificates to trust, PEM.]:file:_files' \
                '--timeout=[How long one request may take (default\: 60s).]:time: ' \
                '--json[Print the result as one JSON object on stdout.]' \
                '--no-progress[Do not show how the run goes.]' \
                '--log-level=[Say more or less on stderr (default\: CARTLOAD_LOG_LEVEL, else warning).]:level:(trace debug info notice warning error critical)' \
                '--help[Show help information.]' \
                '1:service: '
            ;;
        'batches describe')
            _arguments \
                '--url=[The server (default\: CARTLOAD_URL, else http\://127.0.0.1\:8765).]:url: ' \
                '--tenant=[The tenant (default\: CARTLOAD_TENANT, else the end of the URL, else demo).]:name: ' \
                '--token=[A bearer token (default\: CARTLOAD_TOKEN).]:text: ' \
                '--api-key=[An API key (default\: CARTLOAD_API_KEY).]:text: ' \
                '--client-id=[An OAuth2 client (default\: CARTLOAD_CLIENT_ID).]:id: ' \
                '--client-secret=[The client'\''s secret (default\: CARTLOAD_CLIENT_SECRET).]:text: ' \
                '--certificate-authority=[Certificates to trust, PEM.]:file:_files' \
                '--timeout=[How long one request may take (default\: 60s).]:time: ' \
                '--json[Print the server'\''s answer as JSON.]' \
                '--log-level=[Say more or less on stderr (default\: CARTLOAD_LOG_LEVEL, else warning).]:level:(trace debug info notice warning error critical)' \
                '--help[Show help information.]'
            ;;
        'batches create')
            _arguments \
                '--output-fields=[Only these outputs of the service.]:list: ' \
                '--unique-key=[Inputs that tell records apart.]:list: ' \
                '--accuracy=[The share of records that must succeed, 0 to 1 (default\: 1).]:share: ' \
                '--priority=[0 to 9; higher ones run first.]:n: ' \
                '--min-runners=[Runners to begin with.]:n: ' \
                '--max-runners=[Runners at most.]:n: ' \
                '--chunks-per-vm=[Chunks that a worker takes at once.]:n: ' \
                '--runners-per-vm=[Threads of a worker.]:n: ' \
                '--max-input-size=[Megabytes of the input buffer.]:mb: ' \
                '--max-output-size=[Megabytes of the output buffer.]:mb: ' \
                '--correlation-id=[What you call the work.]:text: ' \
                '--call-purpose=[What it is for.]:text: ' \
                '--active-since=[The version of the service that was in force then.]:time: ' \
                '--url=[The server (default\: CARTLOAD_URL, else http\://127.0.0.1\:8765).]:url: ' \
                '--tenant=[The tenant (default\: CARTLOAD_TENANT, else the end of the URL, else demo).]:name: ' \
                '--token=[A bearer token (default\: CARTLOAD_TOKEN).]:text: ' \
                '--api-key=[An API key (default\: CARTLOAD_API_KEY).]:text: ' \
                '--client-id=[An OAuth2 client (default\: CARTLOAD_CLIENT_ID).]:id: ' \
                '--client-secret=[The client'\''s secret (default\: CARTLOAD_CLIENT_SECRET).]:text: ' \
                '--certificate-authority=[Certificates to trust, PEM.]:file:_files' \
                '--timeout=[How long one request may take (default\: 60s).]:time: ' \
                '--json[Print the server'\''s answer as JSON.]' \
                '--log-level=[Say more or less on stderr (default\: CARTLOAD_LOG_LEVEL, else warning).]:level:(trace debug info notice warning error critical)' \
                '--help[Show help information.]' \
                '1:service: '
            ;;
        'batches info')
            _arguments \
                '--url=[The server (default\: CARTLOAD_URL, else http\://127.0.0.1\:8765).]:url: ' \
                '--tenant=[The tenant (default\: CARTLOAD_TENANT, else the end of the URL, else demo).]:name: ' \
                '--token=[A bearer token (default\: CARTLOAD_TOKEN).]:text: ' \
                '--api-key=[An API key (default\: CARTLOAD_API_KEY).]:text: ' \
                '--client-id=[An OAuth2 client (default\: CARTLOAD_CLIENT_ID).]:id: ' \
                '--client-secret=[The client'\''s secret (default\: CARTLOAD_CLIENT_SECRET).]:text: ' \
                '--certificate-authority=[Certificates to trust, PEM.]:file:_files' \
                '--timeout=[How long one request may take (default\: 60s).]:time: ' \
                '--json[Print the server'\''s answer as JSON.]' \
                '--log-level=[Say more or less on stderr (default\: CARTLOAD_LOG_LEVEL, else warning).]:level:(trace debug info notice warning error critical)' \
                '--help[Show help information.]' \
                '1:id: '
            ;;
        'batches status')
            _arguments \
                '--wait=[Wait so long for a change before answering.]:time: ' \
                '--url=[The server (default\: CARTLOAD_URL, else http\://127.0.0.1\:8765).]:url: ' \
                '--tenant=[The tenant (default\: CARTLOAD_TENANT, else the end of the URL, else demo).]:name: ' \
                '--token=[A bearer token (default\: CARTLOAD_TOKEN).]:text: ' \
                '--api-key=[An API key (default\: CARTLOAD_API_KEY).]:text: ' \
                '--client-id=[An OAuth2 client (default\: CARTLOAD_CLIENT_ID).]:id: ' \
                '--client-secret=[The client'\''s secret (default\: CARTLOAD_CLIENT_SECRET).]:text: ' \
                '--certificate-authority=[Certificates to trust, PEM.]:file:_files' \
                '--timeout=[How long one request may take (default\: 60s).]:time: ' \
                '--json[Print the server'\''s answer as JSON.]' \
                '--log-level=[Say more or less on stderr (default\: CARTLOAD_LOG_LEVEL, else warning).]:level:(trace debug info notice warning error critical)' \
                '--help[Show help information.]' \
                '1:id: '
            ;;
        'batches push')
            _arguments \
                '(-i --input)'{-i,--input=}'[Where the records are; - is standard input (default\: -).]:file:_files' \
                '--format=[The input'\''s format, if it is not recognised.]:name:(jsonl csv tsv)' \
                '--chunk=[Records of a chunk (default\: 300).]:n: ' \
                '--prefix=[What the ids of chunks begin with; the same input again brings nothing twice.]:text: ' \
                '--parameters=[Values common to all records, or @FILE.]:json: ' \
                '--summary=[Compute over the outputs of each chunk, such as total\:SUM,amount\:AVG.]:list: ' \
                '--patience=[How long to try while the server is away (default\: 5m).]:time: ' \
                '--url=[The server (default\: CARTLOAD_URL, else http\://127.0.0.1\:8765).]:url: ' \
                '--tenant=[The tenant (default\: CARTLOAD_TENANT, else the end of the URL, else demo).]:name: ' \
                '--token=[A bearer token (default\: CARTLOAD_TOKEN).]:text: ' \
                '--api-key=[An API key (default\: CARTLOAD_API_KEY).]:text: ' \
                '--client-id=[An OAuth2 client (default\: CARTLOAD_CLIENT_ID).]:id: ' \
                '--client-secret=[The client'\''s secret (default\: CARTLOAD_CLIENT_SECRET).]:text: ' \
                '--certificate-authority=[Certificates to trust, PEM.]:file:_files' \
                '--timeout=[How long one request may take (default\: 60s).]:time: ' \
                '--json[Print the pipeline'\''s status as JSON.]' \
                '--log-level=[Say more or less on stderr (default\: CARTLOAD_LOG_LEVEL, else warning).]:level:(trace debug info notice warning error critical)' \
                '--help[Show help information.]' \
                '1:id: '
            ;;
        'batches pull')
            _arguments \
                '(-o --output)'{-o,--output=}'[Where they go; - is standard output (default\: -).]:file:_files' \
                '--chunks[Write whole results of chunks.]' \
                '--follow[Go on until the pipeline has ended and everything was taken.]' \
                '--max=[Chunks to take at most; not with --follow (default\: 100).]:n: ' \
                '--wait=[How long to wait until there are some (default\: 0s, with --follow 10s).]:time: ' \
                '--lease=[How long results are lent until they are written (default\: 60s).]:time: ' \
                '--url=[The server (default\: CARTLOAD_URL, else http\://127.0.0.1\:8765).]:url: ' \
                '--tenant=[The tenant (default\: CARTLOAD_TENANT, else the end of the URL, else demo).]:name: ' \
                '--token=[A bearer token (default\: CARTLOAD_TOKEN).]:text: ' \
                '--api-key=[An API key (default\: CARTLOAD_API_KEY).]:text: ' \
                '--client-id=[An OAuth2 client (default\: CARTLOAD_CLIENT_ID).]:id: ' \
                '--client-secret=[The client'\''s secret (default\: CARTLOAD_CLIENT_SECRET).]:text: ' \
                '--certificate-authority=[Certificates to trust, PEM.]:file:_files' \
                '--timeout=[How long one request may take (default\: 60s).]:time: ' \
                '--json[Print the pipeline'\''s status as JSON at the end, on stderr.]' \
                '--log-level=[Say more or less on stderr (default\: CARTLOAD_LOG_LEVEL, else warning).]:level:(trace debug info notice warning error critical)' \
                '--help[Show help information.]' \
                '1:id: '
            ;;
        'batches watch')
            _arguments \
                '--timeout-after=[Stop watching after this time; the pipelines go on.]:time: ' \
                '--url=[The server (default\: CARTLOAD_URL, else http\://127.0.0.1\:8765).]:url: ' \
                '--tenant=[The tenant (default\: CARTLOAD_TENANT, else the end of the URL, else demo).]:name: ' \
                '--token=[A bearer token (default\: CARTLOAD_TOKEN).]:text: ' \
                '--api-key=[An API key (default\: CARTLOAD_API_KEY).]:text: ' \
                '--client-id=[An OAuth2 client (default\: CARTLOAD_CLIENT_ID).]:id: ' \
                '--client-secret=[The client'\''s secret (default\: CARTLOAD_CLIENT_SECRET).]:text: ' \
                '--certificate-authority=[Certificates to trust, PEM.]:file:_files' \
                '--timeout=[How long one request may take (default\: 60s).]:time: ' \
                '--json[Print each change as JSON, one a line.]' \
                '--log-level=[Say more or less on stderr (default\: CARTLOAD_LOG_LEVEL, else warning).]:level:(trace debug info notice warning error critical)' \
                '--help[Show help information.]' \
                '1::id: '
            ;;
        'batches close')
            _arguments \
                '--url=[The server (default\: CARTLOAD_URL, else http\://127.0.0.1\:8765).]:url: ' \
                '--tenant=[The tenant (default\: CARTLOAD_TENANT, else the end of the URL, else demo).]:name: ' \
                '--token=[A bearer token (default\: CARTLOAD_TOKEN).]:text: ' \
                '--api-key=[An API key (default\: CARTLOAD_API_KEY).]:text: ' \
                '--client-id=[An OAuth2 client (default\: CARTLOAD_CLIENT_ID).]:id: ' \
                '--client-secret=[The client'\''s secret (default\: CARTLOAD_CLIENT_SECRET).]:text: ' \
                '--certificate-authority=[Certificates to trust, PEM.]:file:_files' \
                '--timeout=[How long one request may take (default\: 60s).]:time: ' \
                '--json[Print the server'\''s answer as JSON.]' \
                '--log-level=[Say more or less on stderr (default\: CARTLOAD_LOG_LEVEL, else warning).]:level:(trace debug info notice warning error critical)' \
                '--help[Show help information.]' \
                '1:id: '
            ;;
        'batches cancel')
            _arguments \
                '--keep-completed[Leave finished results to be pulled.]' \
                '--url=[The server (default\: CARTLOAD_URL, else http\://127.0.0.1\:8765).]:url: ' \
                '--tenant=[The tenant (default\: CARTLOAD_TENANT, else the end of the URL, else demo).]:name: ' \
                '--token=[A bearer token (default\: CARTLOAD_TOKEN).]:text: ' \
                '--api-key=[An API key (default\: CARTLOAD_API_KEY).]:text: ' \
                '--client-id=[An OAuth2 client (default\: CARTLOAD_CLIENT_ID).]:id: ' \
                '--client-secret=[The client'\''s secret (default\: CARTLOAD_CLIENT_SECRET).]:text: ' \
                '--certificate-authority=[Certificates to trust, PEM.]:file:_files' \
                '--timeout=[How long one request may take (default\: 60s).]:time: ' \
                '--json[Print the server'\''s answer as JSON.]' \
                '--log-level=[Say more or less on stderr (default\: CARTLOAD_LOG_LEVEL, else warning).]:level:(trace debug info notice warning error critical)' \
                '--help[Show help information.]' \
                '1:id: '
            ;;
    esac
}
_cartload "$@"
