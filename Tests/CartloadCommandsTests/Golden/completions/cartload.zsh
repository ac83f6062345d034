#compdef cartload
_cartload() {
    local -a verbs
    verbs=(
        'run:Run a flow.'
        'check:Check a flow, connect to its ends and show what would run.'
        'copy:Copy records from one place to another.'
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
                '--once[Run once, even when the flow has a schedule.]' \
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
                '1::verb:(run check copy connectors version help completions)'
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
