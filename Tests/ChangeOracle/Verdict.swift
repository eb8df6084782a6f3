// The judge of a whole run that is over: what a receiver took is what the world did, nothing less and nothing twice.

import ChangeFeed
import ReceivedEvents
import SimulatedWorld

/// Compares the events that a receiver took with the world they tell of. The world must keep its history.
package struct Verdict {
    /// Broken promises, in words; empty where all were kept.
    package private(set) var faults: [String] = []

    /// - Parameters:
    ///   - taken: every event once, in the order in which it was first taken. Everything has been delivered.
    ///   - polled: the objects that were polled.
    ///   - lookout: what the daemon can find out.
    ///   - newsThreshold: from when on a change of an object was news; nil where it was never polled.
    package init(
        taken: [ReceivedEvent], world: SimulatedInstance, polled: [SimulatedObject] = SimulatedObject.allCases,
        lookout: Lookout = .counts, newsThreshold: (SimulatedObject) throws -> NewsThreshold?
    ) throws {
        var watch = Watch()
        for event in taken {
            faults += try watch.take(event, world: world, newsThreshold: newsThreshold)
        }
        faults += watch.gaps
        // Nobody has noted here which records the daemon had seen: one that was never told is taken for unseen.
        faults += try watch.missing(
            in: world, polled: polled, lookout: lookout, hasSeen: { _, _ in false },
            newsThreshold: newsThreshold)
    }
}
