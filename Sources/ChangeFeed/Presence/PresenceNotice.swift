// What the operator is told of the presence of records, in words.

/// What the operator should know of the presence of records.
package enum PresenceNotice: Sendable, Equatable {
    case massAbsence(suspects: Int, of: Int)
    case massAbsenceConfirmed(suspects: Int)
    case massAbsenceHeld(HeldDeletes)
    /// As many are held now.
    case massAbsenceChanged(HeldDeletes)
    /// So many are left to be asked for.
    case massAbsenceOver(left: Int)
    /// The API counts so many records fewer (or, below 0, more) than its lists hold.
    case countDiffers(by: Int)
    case noCount
    case listNotAscending
    /// GETs by id do not find what the list shows.
    case lookupsDoubtful
}

extension PresenceNotice: CustomStringConvertible {
    /// Whether somebody should look.
    package var isAlarming: Bool {
        switch self {
        case .massAbsence, .massAbsenceHeld, .lookupsDoubtful: true
        case .massAbsenceConfirmed, .massAbsenceChanged, .massAbsenceOver, .countDiffers, .noCount, .listNotAscending:
            false
        }
    }

    package var description: String {
        switch self {
        case .massAbsence(let suspects, let all):
            "\(suspects) of \(all) records are no longer in the lists: their deletes are held until a sample is confirmed"
        case .massAbsenceConfirmed(let suspects):
            "a sample of the vanished records is confirmed as deleted; each of the \(suspects) is now asked for by its id"
        case .massAbsenceHeld(let held):
            "\(held): \(held.reason). \(held.reason.advice); "
                + (held.reason == .listIsEmpty ? "" : "a sample is asked for again every hour, and ")
                + "`release` lets each record be confirmed by itself"
        case .massAbsenceChanged(let held):
            "\(held) now: \(held.reason)"
        case .massAbsenceOver(let left):
            "no deletes are held any more" + (left > 0 ? "; \(left) vanished records are asked for by their ids" : "")
        case .countDiffers(let difference):
            "the API counts \(abs(difference)) records \(difference > 0 ? "fewer" : "more") than its lists hold; that is "
                + "allowed for from now on"
        case .noCount:
            "the API does not count this resource (X-Total-Count): deleted records are found by sweeps alone"
        case .lookupsDoubtful:
            "the API does not find by their ids the records that its list shows, so that no 404 is believed and no delete "
                + "told; check the url of the resource. It is tried again every hour"
        case .listNotAscending:
            "the list is not in the order of ids: deleted records are found by sweeps alone"
        }
    }
}
