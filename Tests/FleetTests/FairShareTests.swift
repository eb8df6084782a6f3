// What is even, and whether all that reckon it come to an even end.

@testable import Fleet
import Testing

@Suite("The even part")
struct FairShareTests {
    private func share(_ led: Int, of planned: Int, beside others: [Int]) -> FairShare {
        FairShare(
            .init(id: DaemonID("b"), planned: planned, led: led),
            others: others.enumerated().map { .init(id: DaemonID("c\($0)"), planned: planned, led: $1) })
    }

    @Test("A newcomer takes up to its part, and leaves the odd one to whoever has less")
    func takes() {
        #expect(share(0, of: 100, beside: [50]).toTake(free: 50, overdue: 0) == 50)
        #expect(share(49, of: 101, beside: [50]).toTake(free: 2, overdue: 0) == 2)
        #expect(share(50, of: 101, beside: [49]).toTake(free: 1, overdue: 0) == 0)
        #expect(share(50, of: 101, beside: [49]).toTake(free: 2, overdue: 0) == 1)
        #expect(share(51, of: 101, beside: [49]).toTake(free: 1, overdue: 1) == 1)
        #expect(share(0, of: 0, beside: [5]).toTake(free: 3, overdue: 3) == 0)
    }

    @Test("Nobody gives where nobody has less than the least, but for what is above the most")
    func gives() {
        #expect(share(5, of: 9, beside: [4]).toGive(free: 0) == 0)
        #expect(share(22, of: 62, beside: [20, 20]).toGive(free: 0) == 1)
        #expect(share(20, of: 60, beside: [20, 20, 0]).toGive(free: 0) == 5)
        #expect(share(20, of: 60, beside: [20, 20, 0]).toGive(free: 15) == 0)
        #expect(share(15, of: 60, beside: [30, 15, 0]).toGive(free: 0) == 0)
    }

    @Test("Those that give to a newcomer give together what it lacks", arguments: [1, 2, 3, 7, 19])
    func givesTogether(daemons: Int) {
        for planned in [1, 2, 7, 20, 60, 61, 100, 399] {
            let counts = (0..<daemons).map { planned / daemons + ($0 < planned % daemons ? 1 : 0) } + [0]
            let places = counts.enumerated().map { FairShare.Place(id: DaemonID("d\($0)"), planned: planned, led: $1) }
            let given = places.map { own in FairShare(own, others: places.filter { $0 != own }).toGive(free: 0) }
            let least = planned / (daemons + 1)
            #expect((least...(least + 1)).contains(given.reduce(0, +)), "\(planned) on \(daemons): \(given)")
            for (place, given) in zip(places, given) { #expect(place.led - given >= least || given == 0) }
        }
    }
}
