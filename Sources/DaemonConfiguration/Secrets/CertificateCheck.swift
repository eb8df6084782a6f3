// Whether certificates are what they should be, as a closure: reading a configuration speaks no TLS itself.

/// Looks at the PEM texts of an endpoint.
package struct CertificateCheck: Sendable {
    package enum Part: Sendable {
        case authorities, clientCertificate, clientKey
    }

    package struct Finding: Sendable, Equatable {
        package var part: Part
        package var wrong: String
        package var right: String
        /// Whether connections can be made with it all the same.
        package var isWarning: Bool

        package init(_ part: Part, wrong: String, right: String, isWarning: Bool = false) {
            self.part = part
            self.wrong = wrong
            self.right = right
            self.isWarning = isWarning
        }
    }

    package var findings: @Sendable (EndpointCertificates) -> [Finding]

    package init(findings: @escaping @Sendable (EndpointCertificates) -> [Finding]) {
        self.findings = findings
    }

    /// Finds nothing: for whoever does not connect.
    package static let none = CertificateCheck { _ in [] }
}
