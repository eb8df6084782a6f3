// `secret`: a new key to sign webhooks with.

import ArgumentParser
import ChangeFeed

struct SecretCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "secret",
        abstract: "Print a new signature key.",
        discussion: Manual.discussion(
            """
            32 random bytes as whsec_<base64>, for event.notification.signature.key and for whoever verifies the \
            webhooks. It is written to standard output and nowhere else.

            With --ed25519 it is a pair: the daemon signs with whsk_…, and receivers, who verify with whpk_…, cannot sign. \
            The first is written to standard output, the second to standard error.
            """,
            examples: [
                "(umask 077; insightly-webhooks secret >signature-key)",
                "(umask 077; insightly-webhooks secret --ed25519 >signature-key 2>public-key)",
            ]))

    @Flag(help: "A private key for the daemon, and the public key for its receivers.")
    var ed25519 = false

    func run() {
        var generator = SystemRandomNumberGenerator()
        let key = ed25519 ? SigningKey.randomEd25519(using: &generator) : SigningKey.random(using: &generator)
        print(key.secretText)
        // Apart, so that what is redirected into a file is the one line that the daemon wants.
        if let publicText = key.publicText { Output.error(publicText) }
    }
}
