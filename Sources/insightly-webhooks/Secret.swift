// `secret`: a new key to sign webhooks with.

import ArgumentParser
import ChangeFeed

struct SecretCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "secret",
        abstract: "Print a new signature key.",
        discussion: """
            32 random bytes as whsec_<base64>, for event.notification.signature.key and for whoever verifies the \
            webhooks. It is written to standard output and nowhere else.
            """)

    func run() {
        var generator = SystemRandomNumberGenerator()
        print(SigningKey.random(using: &generator).secretText)
    }
}
