// The lanes of an account together: whose turn it is, and which of them outlive a plan.

extension [ResourceLane] {
    /// The most urgent of what is due, or when the first of the rest is.
    ///
    /// - Parameters:
    ///   - weight: what weighs as much was refused already, for want of room in the day.
    ///   - spacing: between two hinted polls of a resource, at least, for each request that one takes.
    func foremost(
        at now: Instant, weighingLessThan weight: Int, spacing: Duration
    ) -> (candidate: (index: Int, turn: LaneTurn)?, earliest: Instant?) {
        var candidate: (index: Int, turn: LaneTurn)?
        var earliest: Instant?
        for (index, lane) in enumerated() {
            guard let turn = weight == .max ? lane.nextTurn(at: now, spacing: spacing) : lane.nextPoll(),
                turn.weight < weight
            else { continue }
            if turn.from > now {
                earliest = Swift.min(earliest ?? turn.from, turn.from)
            } else if candidate.map({ turn.goesBefore($0.turn) }) ?? true {
                candidate = (index, turn)
            }
        }
        return (candidate, earliest)
    }

    /// Has the lanes that the plan names, each as the store has it, but for those that go on where they are.
    ///
    /// - Parameters:
    ///   - goOn: false where none does.
    ///   - underWay: resources of which a request is under way.
    /// - Returns: the resources that go on.
    mutating func adopt(
        _ plan: AccountPlan, _ memory: AccountMemory, goOn: Bool, underWay: Set<ResourceName>, at now: Instant
    ) -> Set<ResourceName> {
        let former = goOn ? self : []
        var goingOn: Set<ResourceName> = []
        self = plan.resources.map { resource in
            if var lane = former.first(where: { $0.goesOn(as: resource, sweepInterval: plan.sweepInterval) }) {
                goingOn.insert(resource.name)
                lane.adopt(resource, start: plan.start, overlap: plan.overlap)
                return lane
            }
            var lane = ResourceLane(
                plan: resource, progress: memory.progress[resource.name],
                pace: memory.paces[resource.name] ?? ResourcePace(), start: plan.start, overlap: plan.overlap,
                sweepInterval: plan.sweepInterval, tally: memory.tallies[resource.name] ?? PresenceTally(), at: now)
            if underWay.contains(resource.name) { lane.awaitAnswerOfFormer() }
            return lane
        }
        return goingOn
    }
}
