/// Sees what the linear layers of a float32 forward pass read, and keeps how large each input channel gets.
@safe
final class ChannelObserver {
    /// The linear layers whose input int8 codes.
    enum Input: Int, CaseIterable {
        case projection, attentionOutput, inner
    }

    private let width: Int
    private let layers: Int
    /// For each layer and input `width` floats: the largest magnitude seen in a channel.
    private var largest: [[Float]]
    /// The layer that is being computed.
    private var layer = -1

    init(layers: Int, width: Int) {
        self.layers = layers
        self.width = width
        largest = Array(
            repeating: [Float](repeating: 0, count: width), count: layers * Input.allCases.count)
    }

    /// Looks at rows of `width` floats; layers come in order, pass after pass, each beginning with one call for its projection.
    func observe(_ input: Input, _ values: UnsafePointer<Float>, rows: Int) {
        if input == .projection { layer = (layer + 1) % layers }
        let place = place(input, layer)
        for row in 0..<rows {
            for channel in 0..<width {
                unsafe largest[place][channel] = max(largest[place][channel], values[row * width + channel].magnitude)
            }
        }
    }

    /// The largest magnitude of each channel of one layer's input.
    func magnitudes(_ input: Input, layer: Int) -> [Float] { largest[place(input, layer)] }

    private func place(_ input: Input, _ layer: Int) -> Int { layer * Input.allCases.count + input.rawValue }
}
