// The page for people, and the files that it is made of. What it shows it asks of /v1.

import Crypto

extension AdminRoute {
    /// They hold nothing of what the daemon knows, so that whoever has a token can be asked for it.
    static let page: [AdminRoute] = [
        AdminRoute(
            method: .get, path: "/", access: .anybody, summary: "The page for people.",
            described: .text("The page."), isOfAccount: false
        ) { _, _ in
            PageFile.frame
        },
        AdminRoute(
            method: .get, path: "/page/{version}/{file}", access: .anybody, summary: "What the page is made of.",
            described: .text("A file of the page."), isOfAccount: false
        ) { request, _ in
            guard request.parameters["version"] == PageFile.version,
                let file = PageFile.all.first(where: { $0.name == request.parameters["file"] })
            else { throw AdminProblem(status: 404, detail: "The page has no such file; load it anew.") }
            return file.answer
        },
    ]
}

/// A file of `Page`, which the build puts into the program.
struct PageFile: Sendable {
    let name: String
    let type: String
    let bytes: [UInt8]

    /// All but the frame.
    static let all: [PageFile] = [
        style("page.css", PackageResources.page_css),
        PageFile(name: "icon.svg", type: "image/svg+xml", bytes: PackageResources.icon_svg),
        script("accounts.js", PackageResources.accounts_js), script("ask.js", PackageResources.ask_js),
        script("attention.js", PackageResources.attention_js),
        script("deadletters.js", PackageResources.deadletters_js), script("dialogs.js", PackageResources.dialogs_js),
        script("endpoints.js", PackageResources.endpoints_js), script("event.js", PackageResources.event_js),
        script("events.js", PackageResources.events_js), script("nodes.js", PackageResources.nodes_js),
        script("page.js", PackageResources.page_js), script("requests.js", PackageResources.requests_js),
        script("resources.js", PackageResources.resources_js), script("words.js", PackageResources.words_js),
    ]

    /// Part of each file's path: what a browser keeps is never that of another version of the program.
    static let version: String = {
        var hash = SHA256()
        for file in all { hash.update(data: file.bytes) }
        let digits = hash.finalize().prefix(6).map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0" + text : text
        }
        return digits.joined()
    }()

    /// The frame, which no browser keeps, so that it names the files of this version.
    static let frame: AdminAnswer = {
        let text = String(decoding: PackageResources.index_html, as: UTF8.self)
        return AdminAnswer(
            type: "text/html; charset=utf-8", headers: guards,
            body: Array(text.replacing("page/VERSION/", with: "page/\(version)/").utf8))
    }()

    var answer: AdminAnswer {
        let kept = AdminHeader(name: "Cache-Control", value: "public, max-age=31536000, immutable")
        return AdminAnswer(type: type, headers: Self.guards + [kept], body: bytes)
    }

    /// Nothing comes from elsewhere, nothing goes elsewhere, and no other page may show this one.
    private static let guards = [
        AdminHeader(
            name: "Content-Security-Policy",
            value: """
                default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                base-uri 'none'; form-action 'none'; frame-ancestors 'none'
                """),
        AdminHeader(name: "X-Content-Type-Options", value: "nosniff"),
        AdminHeader(name: "Referrer-Policy", value: "no-referrer"),
    ]

    private static func script(_ name: String, _ bytes: [UInt8]) -> PageFile {
        PageFile(name: name, type: "text/javascript; charset=utf-8", bytes: bytes)
    }

    private static func style(_ name: String, _ bytes: [UInt8]) -> PageFile {
        PageFile(name: name, type: "text/css; charset=utf-8", bytes: bytes)
    }
}
