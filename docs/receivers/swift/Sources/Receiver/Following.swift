// What was missed is fetched from the daemon's log.

import AsyncHTTPClient
import Foundation
import NIOCore

/// Where missed events are fetched: the daemon's `/v1/events`.
struct Following: Sendable {
    let url: String
    let token: String?
    let inbox: Inbox

    struct Refused: Error, CustomStringConvertible {
        let description: String
    }

    /// At the start, and where an event shows that others are missing.
    func run(after gaps: AsyncStream<Void>) async throws {
        while await !isUpToDate() { try await Task.sleep(for: .seconds(5)) }
        for await _ in gaps {
            // What is only on its way arrives meanwhile.
            try await Task.sleep(for: .seconds(1))
            guard await inbox.hasGap else { continue }
            while await !isUpToDate() { try await Task.sleep(for: .seconds(5)) }
        }
    }

    private func isUpToDate() async -> Bool {
        do {
            try await catchUp()
            return true
        } catch {
            let line = "cannot catch up from \(url), trying again: \(error)\n"
            FileHandle.standardError.write(Data(line.utf8))
            return false
        }
    }

    /// Everything that the daemon's log has after the mark, a page at a time.
    private func catchUp() async throws {
        var hasMore = true
        while hasMore {
            var request = HTTPClientRequest(url: "\(url)?after=\(await inbox.mark)&limit=100")
            if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
            let answer = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
            guard answer.status == .ok else { throw Refused(description: "it answered \(answer.status.code)") }
            let text = Data(try await answer.body.collect(upTo: 1 << 30).readableBytesView)
            for (event, body) in try Page.events(in: text) { try await inbox.store(event, body: body) }
            let page = try JSONDecoder().decode(Page.self, from: text)
            for gone in page.gone {
                let which = "events \(gone.from) to \(gone.to) are not to be had any more"
                FileHandle.standardError.write(Data("\(which): read their records from Insightly\n".utf8))
            }
            try await inbox.reach(page.nextAfter)
            hasMore = page.hasMore
        }
    }
}
