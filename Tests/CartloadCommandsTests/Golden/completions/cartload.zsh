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
                '--kind=[With token create\: token, api-key or client (default\: token).]:kind: ' \
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
    esac
}
_cartload "$@"
