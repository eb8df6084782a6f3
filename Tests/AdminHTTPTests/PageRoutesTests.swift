// The page as a browser gets it: whole, guarded, and kept only as long as it is the right one.

import Foundation
import Operations
import Testing

@testable import AdminHTTP

@Suite("The page's files")
struct PageRoutesTests {
    private func answer(_ path: String) async throws -> AdminAnswer {
        let route = try #require(AdminRoute.page.first { $0.isAt(path) })
        var request = AdminRequest()
        let parts = path.split(separator: "/").map(String.init)
        if parts.count == 3 { (request.parameters["version"], request.parameters["file"]) = (parts[1], parts[2]) }
        return try await route.answer(request, try StubDesk())
    }

    /// As they stand in the sources.
    private var files: [String] {
        get throws {
            let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            let folder = root.deletingLastPathComponent().appendingPathComponent("Sources/AdminHTTP/Page").path
            return try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0 != "index.html" }
        }
    }

    @Test("Every file of the page is answered, byte by byte, and named by its frame or another file")
    func whole() async throws {
        #expect(try Set(files) == Set(PageFile.all.map(\.name)))
        let frame = String(decoding: try await answer("/").body, as: UTF8.self)
        #expect(!frame.contains("VERSION"))
        for file in PageFile.all {
            let path = "page/\(PageFile.version)/\(file.name)"
            #expect(frame.contains("\"\(path)\""), "\(file.name)")
            #expect(try await answer("/" + path).body == file.bytes)
        }
    }

    @Test("What needs somebody can be done from the page, but for what has to be done elsewhere")
    func deeds() {
        let elsewhere: Set<Attention.Kind> = [.noDaemon, .accountUnled, .instanceUnknown, .clocksDisagree]
        let file = PageFile.all.first { $0.name == "attention.js" }
        let text = String(decoding: file?.bytes ?? [], as: UTF8.self)
        for kind in Attention.Kind.allCases where !elsewhere.contains(kind) {
            #expect(text.contains("\n  \(kind.rawValue): "), "nothing can be done about \(kind.rawValue)")
        }
    }

    @Test("A file of another version is none")
    func otherVersion() async throws {
        await #expect(throws: AdminProblem.self) { try await answer("/page/0/page.js") }
        await #expect(throws: AdminProblem.self) { try await answer("/page/\(PageFile.version)/index.html") }
    }

    @Test("Everything is guarded alike, and only what has its version in its path is kept by browsers")
    func headers() async throws {
        for path in ["/", "/page/\(PageFile.version)/page.js"] {
            let headers = try await answer(path).headers
            let policy = try #require(headers.first { $0.name == "Content-Security-Policy" }?.value)
            #expect(policy.hasPrefix("default-src 'none'; script-src 'self'; ") && !policy.contains("unsafe"))
            for guarded in ["frame-ancestors 'none'", "form-action 'none'", "base-uri 'none'"] {
                #expect(policy.contains(guarded))
            }
            #expect(headers.contains(AdminHeader(name: "X-Content-Type-Options", value: "nosniff")))
            #expect(headers.contains(AdminHeader(name: "Referrer-Policy", value: "no-referrer")))
            #expect(headers.contains { $0.name == "Cache-Control" } == (path != "/"))
        }
    }

    @Test("No script or style stands in the frame, nothing is asked of elsewhere, and no text becomes markup")
    func strict() async throws {
        let frame = String(decoding: try await answer("/").body, as: UTF8.self)
        #expect(frame.matches(of: #/<script/#).count == 1 && frame.contains("<script type=\"module\" src="))
        #expect(!frame.contains("<style") && !frame.contains("style=") && !frame.contains("//"))
        #expect(frame.firstMatch(of: #/\son\w+=/#) == nil)
        for file in PageFile.all where file.name.hasSuffix(".js") {
            let text = String(decoding: file.bytes, as: UTF8.self)
            for risky in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function("] {
                #expect(!text.contains(risky), "\(file.name): \(risky)")
            }
            #expect(!text.replacing("http://www.w3.org/2000/svg", with: "").contains(#/https?:/#), "\(file.name)")
        }
    }
}
