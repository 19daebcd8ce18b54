import Documents
import Identity
import Testing
import Text

/// A text in pieces gives the same results as the whole text.
@Suite struct TextInPiecesTests {
    private func survey(_ bytes: [UInt8], piece: Int) -> TextSurvey {
        var survey = TextSurvey(validates: true)
        for start in stride(from: 0, to: bytes.count, by: piece) {
            survey.add(Array(bytes[start..<min(start + piece, bytes.count)]))
        }
        survey.finish()
        return survey
    }

    static let texts: [[UInt8]] = [
        Array("plain\ntext".utf8), Array("héé\n€\u{10FFFF}\u{FFFD}".utf8), [0x61, 0x0A, 0xE9, 0x62], [0xC0, 0x80],
        [0x61, 0xE2, 0x82], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xEF, 0xBB, 0xBF, 0x61, 0xFF],
        [0x80, 0x80, 0x80, 0x80],
        Array(" \n\t\u{0}".utf8), [],
    ]

    @Test(arguments: texts) func findsTheSameFaultHoweverItIsCut(text: [UInt8]) {
        let mark = UTF8Text.markLength(text)
        let whole = DocumentFault.notUTF8(in: Array(text[mark...]), base: mark)
        for piece in 1...max(text.count, 1) {
            // A byte order mark is recognized in a first piece that contains all of it.
            if mark > 0, piece < mark { continue }
            let survey = survey(text, piece: piece)
            #expect(survey.fault?.byteOffset == whole?.byteOffset, "\(text), pieces of \(piece)")
            #expect(survey.fault?.line == whole?.line, "\(text), pieces of \(piece)")
            #expect(survey.isBlank == UTF8Text.isBlank(text[mark...]))
            #expect(survey.hasZero == text.contains(0))
        }
    }

    @Test(arguments: [1, 7, 4096, 100_000]) func shortensLongRunsAndKnowsWhere(piece: Int) {
        var text = Array("first".utf8)
        var places: [(word: String, offset: Int, line: Int)] = [("first", 0, 1)]
        for (word, blanks) in [("second", 10_000), ("third", 3), ("fourth", 500_000), ("fifth", 8192), ("sixth", 8193)]
        {
            for number in 0..<blanks { text.append(number % 5 == 0 ? 0x0A : 0x20) }
            places.append((word, text.count, 1 + text.count { $0 == 0x0A }))
            text += Array(word.utf8)
        }
        text += Array(repeating: 0x0A, count: 20_000)
        var runs = BlankRuns()
        var short: [UInt8] = []
        for start in stride(from: 0, to: text.count, by: piece) {
            short += runs.shorten(text[start..<min(start + piece, text.count)])
        }
        short += runs.finish()
        #expect(short.count < 60_000)
        for place in places {
            let found = short.firstRange(of: Array(place.word.utf8))?.lowerBound ?? -1
            let skipped = runs.skipped(before: found)
            #expect(found + skipped.bytes == place.offset, "\(place.word)")
            let line = 1 + short[..<max(found, 0)].count { $0 == 0x0A } + skipped.lines
            #expect(line == place.line, "\(place.word)")
        }
    }

    @Test(arguments: [1, 2, 5, 1000]) func linesAreWholeHoweverTheyAreCut(piece: Int) {
        let text = Array("\u{FEFF}one\n\n \r\ntwo\r\n\nthree".utf8)
        var splitter = LineSplitter()
        var lines: [String] = []
        func take() {
            while let line = splitter.next() {
                lines.append("\(line.number) \(line.offset) \(String(decoding: line.bytes, as: UTF8.self))")
            }
        }
        // The first piece contains the whole mark, as pieces of any real size do.
        splitter.add(Array(text[..<3]))
        for start in stride(from: 3, to: text.count, by: piece) {
            splitter.add(Array(text[start..<min(start + piece, text.count)]))
            take()
        }
        splitter.finish()
        take()
        #expect(lines == ["1 3 one", "4 11 two\r", "6 17 three"])
    }

    @Test func onlyTheFirstFaultsAreKept() {
        var faults = LineFaults()
        for number in 1...250 { faults.append(DocumentFault(.badJSON, "\(number)", hint: "")) }
        #expect(faults.count == 250)
        #expect(faults.first.count == 100)
        var more = LineFaults()
        more.append(DocumentFault(.badJSON, "a", hint: ""))
        more.append(faults)
        #expect(more.count == 251)
        #expect(more.first.map(\.summary) == ["a"] + (1...99).map(String.init))
    }
}
