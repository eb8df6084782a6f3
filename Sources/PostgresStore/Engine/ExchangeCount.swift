// How often the server was asked something, for those who have to know what a verb costs.

import Synchronization

package final class ExchangeCount: Sendable {
    private let count = Atomic(0)

    package init() {}

    package var value: Int { count.load(ordering: .relaxed) }

    func add() { count.wrappingAdd(1, ordering: .relaxed) }
}
