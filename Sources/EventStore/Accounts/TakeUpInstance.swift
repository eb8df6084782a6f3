// What an operator decides of a store whose key leads to another instance, while no daemon runs on it.

import ChangeFeed

/// The account's records are those of this instance from now on.
package struct TakeUpInstance {
    private let instance: String
    private let anew: Bool
    private let account: StoredAccount
    private let now: Instant

    /// - Parameter anew: it is another instance indeed: whatever is known of the former one is compared with nothing any
    ///   more, and its quota tells nothing. Events that wait are still delivered.
    package init(_ instance: String, anew: Bool, of account: StoredAccount, at now: Instant) {
        self.instance = instance.lowercased()
        self.anew = anew
        self.account = account
        self.now = now
    }

    package func run(in store: any StoreTransaction) throws {
        try store.write([.instance(instance)])
        guard anew else { return }
        var memory = RequestBudget.Memory()
        memory.lastDeparture = try store.budgetMemory().lastDeparture
        // Records of two instances may have ids and contents in common, and their events must not have ids in common.
        let identity = Fingerprint(of: Array((account.identity + "\0" + instance).utf8)[...])
        try store.write(
            try store.resources().map { .adopt(.setAside($0.id), at: now) } + [
                // Without its id field nothing that is set aside is taken up again.
                .forgetSources, .budget(memory),
                .identity(
                    identity.bytes.map { String($0, radix: 16) }.joined(separator: "-")),
            ])
    }
}
