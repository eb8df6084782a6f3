// What the machine of an endpoint knows of its queue, between two looks.

enum QueueKnowledge: Sendable {
    /// There may be something to take.
    case unknown
    /// The store takes what there is, and nothing new has happened since.
    case beingClaimed
    /// There was nothing more to take at that moment; when there will be is to be asked.
    case exhausted(Instant)
    case known
}
