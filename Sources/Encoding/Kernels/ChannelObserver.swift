/// Sees what the linear layers of a float32 forward pass read, and keeps how large each input channel gets.
@safe
final class ChannelObserver {
    /// The linear layers whose input int8 codes.
    enum Input: Int, CaseIterable {
        case projection, attentionOutput, inner
    }

    private let width: Int
    /// For each layer and input `width` floats: the largest magnitude seen in a channel.
    private var largest: [[Float]] = []

    init(width: Int) { self.width = width }

    /// Looks at rows of `width` floats; layers come in order, each beginning with one call for its projection.
    func observe(_ input: Input, _ values: UnsafePointer<Float>, rows: Int) {
        if input == .projection {
            let nothing = [Float](repeating: 0, count: width)
            largest += Input.allCases.map { _ in nothing }
        }
        let place = largest.count - Input.allCases.count + input.rawValue
        for row in 0..<rows {
            for channel in 0..<width {
                unsafe largest[place][channel] = max(largest[place][channel], values[row * width + channel].magnitude)
            }
        }
    }

    /// The largest magnitude of each channel of one layer's input.
    func magnitudes(_ input: Input, layer: Int) -> [Float] { largest[layer * Input.allCases.count + input.rawValue] }
}
