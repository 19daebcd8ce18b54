import ArgumentParser

/// Whether a person reads the output in a pager.
struct PagerOption: ParsableArguments {
    @Flag(
        name: .customLong("no-pager"),
        help: ArgumentHelp(
            "Print to the terminal itself, not through a pager.",
            discussion: """
                The pager is $VECTORSPOOL_PAGER, else $PAGER, else less, with LESS=FRX where LESS is not set. An empty one and cat mean \
                none. Only what people read on a terminal goes through it.
                """))
    var isOff = false
}
