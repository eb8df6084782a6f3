// The receiver's state, without a connection.

import ChangeFeed
import Synchronization
import Testing

@testable import WebhookReceiver

@Suite("Reception")
struct ReceptionTests {
    @Test("a request that counts as in flight can be released at once")
    func release() {
        let server = ReceiverServer(.init(keys: [testKey]))
        server.behave(.always(.init(.held)))
        let released = Mutex(0)
        _ = server.reception.begin(.made(1, number: 1)) { released.withLock { $0 += 1 } }
        #expect(server.summary.inFlight == 1)
        server.release()
        #expect(released.withLock { $0 } == 1)
    }

    @Test("a request that is not held is not released")
    func notHeld() {
        let server = ReceiverServer(.init(keys: [testKey]))
        let released = Mutex(0)
        _ = server.reception.begin(.made(1, number: 1)) { released.withLock { $0 += 1 } }
        server.release()
        #expect(released.withLock { $0 } == 0)
    }
}
