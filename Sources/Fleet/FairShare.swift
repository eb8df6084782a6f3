// What is even among the daemons that live, and what one of them takes or gives towards it.

/// A daemon's part of the accounts, reckoned from what a look shows.
///
/// Even is what lies between `least` and `most`, which differ by one where the accounts do not divide. Who has less
/// than the least goes before all others, so that what is given to a newcomer does not go to somebody who has nearly
/// enough. All that look reckon alike, and so agree without asking each other.
struct FairShare: Sendable {
    struct Place: Sendable, Equatable {
        let id: DaemonID
        let planned: Int
        let led: Int
    }

    private let own: Place
    private let others: [Place]

    /// - Parameter others: those that live; who may lead nothing is left out.
    init(_ own: Place, others: [Place]) {
        self.own = own
        self.others = others.filter { $0.planned > 0 }
    }

    /// How many daemons share.
    var daemons: Int { others.count + (own.planned > 0 ? 1 : 0) }

    private func least(_ place: Place) -> Int { place.planned / max(1, daemons) }
    private func most(_ place: Place) -> Int { (place.planned + daemons - 1) / max(1, daemons) }

    var isBelow: Bool { own.led < least(own) }

    /// - Parameters:
    ///   - free: how many accounts can be taken.
    ///   - overdue: how many of them nobody has taken who is entitled to.
    func toTake(free: Int, overdue: Int) -> Int {
        guard own.planned > 0 else { return 0 }
        let first = max(0, least(own) - own.led)
        let left = free - first - others.reduce(0) { $0 + max(0, least($1) - $1.led) }
        let more = max(0, min(left, most(own) - max(own.led, least(own))))
        // Others may take the other half.
        let anyway = (overdue + 1) / 2
        return min(free, max(first + more, anyway))
    }

    /// - Parameter free: how many accounts can be taken already.
    func toGive(free: Int) -> Int {
        let toLeast = part(of: others.reduce(-free) { $0 + max(0, least($1) - $1.led) })
        let toMost = part(of: others.reduce(-free) { $0 + max(0, most($1) - $1.led) })
        return max(0, min(toLeast, own.led - least(own)), min(toMost, own.led - most(own)))
    }

    /// What this daemon gives of what others want: who has most gives first; of equals, the last by its name.
    private func part(of wanted: Int) -> Int {
        guard wanted > 0, own.led > least(own) else { return 0 }
        var places = (others + [own]).filter { $0.led > least($0) }.map { (led: $0.led, id: $0.id) }
        var given = 0
        for _ in 0..<wanted {
            guard let giver = places.indices.max(by: { places[$0] < places[$1] }), places[giver].led > 0 else { break }
            places[giver].led -= 1
            if places[giver].id == own.id { given += 1 }
        }
        return given
    }
}
