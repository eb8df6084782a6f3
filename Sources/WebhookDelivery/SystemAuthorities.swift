// Whom the system trusts, read once.

import NIOSSL

extension TLSConfiguration {
    /// Of a client that trusts whom the system trusts.
    ///
    /// Left to the library, each connection of ours would read the system's bundle for itself: a MiB and tens of milliseconds.
    /// Where there is no bundle in the places that it looks in, the looking is left to it.
    static let trustingTheSystem: TLSConfiguration = {
        var tls = TLSConfiguration.makeClientConfiguration()
        let bundle = ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"].lazy
            .compactMap { try? NIOSSLCertificate.fromPEMFile($0) }.first { !$0.isEmpty }
        if let bundle { tls.trustRoots = .certificates(bundle) }
        return tls
    }()
}
