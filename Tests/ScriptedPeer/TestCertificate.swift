// A key and its certificates for servers on loopback. They protect nothing: the key is public by being here.

import NIOCore
import NIOSSL

/// Certificates of one key, self-signed and valid from 2020 to 2120 where nothing else is said.
package enum TestCertificate: String, Sendable {
    /// For the DNS name `localhost`.
    case localhost = """
        -----BEGIN CERTIFICATE-----
        MIIBdDCCARqgAwIBAgIUGlfIT0QOBpVh8pPzjhaBcnf7SnQwCgYIKoZIzj0EAwIw
        FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAx
        MDAwMDAwWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
        PQMBBwNCAAQxhnOLWhCAJj2upq6TXFpCudZQnyHYdoZ/2S2sRenrTKMbx6NGrX2G
        n53rFXu0eabJTXJvZHd7gP5MLUQsdckFo0gwRjAUBgNVHREEDTALgglsb2NhbGhv
        c3QwDwYDVR0TAQH/BAUwAwEB/zAdBgNVHQ4EFgQUY6H++Sa4R2/9Tg8zWSlg08jg
        LgowCgYIKoZIzj0EAwIDSAAwRQIhAPIq6X4JdabA3mEz3n+BvuwvNHb8aSQO7xjz
        Qxapn1iQAiB6JbbpTvaTXbDolF1IiauraCPgIkEhGiZ+k3pXf8/U1w==
        -----END CERTIFICATE-----
        """
    /// For the DNS name `receiver.example`, which is nobody's.
    case elsewhere = """
        -----BEGIN CERTIFICATE-----
        MIIBiDCCAS+gAwIBAgIUICla2JTC/0YJxtOZNqzcoMYFRzIwCgYIKoZIzj0EAwIw
        GzEZMBcGA1UEAwwQcmVjZWl2ZXIuZXhhbXBsZTAgFw0yMDAxMDEwMDAwMDBaGA8y
        MTIwMDEwMTAwMDAwMFowGzEZMBcGA1UEAwwQcmVjZWl2ZXIuZXhhbXBsZTBZMBMG
        ByqGSM49AgEGCCqGSM49AwEHA0IABDGGc4taEIAmPa6mrpNcWkK51lCfIdh2hn/Z
        LaxF6etMoxvHo0atfYafnesVe7R5pslNcm9kd3uA/kwtRCx1yQWjTzBNMBsGA1Ud
        EQQUMBKCEHJlY2VpdmVyLmV4YW1wbGUwDwYDVR0TAQH/BAUwAwEB/zAdBgNVHQ4E
        FgQUY6H++Sa4R2/9Tg8zWSlg08jgLgowCgYIKoZIzj0EAwIDRwAwRAIgOt75N62Q
        dc68qlNDhDHwD9QwEfRiEeHsIwhWGcbNOMACIGMUDh4NmdYovEepFOvzlNgNHnoL
        2LHng9oUm/68m4FZ
        -----END CERTIFICATE-----
        """
    /// For `localhost`, and of no use since 2021.
    case expired = """
        -----BEGIN CERTIFICATE-----
        MIIBYDCCAQagAwIBAgICEAEwCgYIKoZIzj0EAwIwFDESMBAGA1UEAwwJbG9jYWxo
        b3N0MB4XDTIwMDEwMTAwMDAwMFoXDTIxMDEwMTAwMDAwMFowFDESMBAGA1UEAwwJ
        bG9jYWxob3N0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEMYZzi1oQgCY9rqau
        k1xaQrnWUJ8h2HaGf9ktrEXp60yjG8ejRq19hp+d6xV7tHmmyU1yb2R3e4D+TC1E
        LHXJBaNIMEYwFAYDVR0RBA0wC4IJbG9jYWxob3N0MA8GA1UdEwEB/wQFMAMBAf8w
        HQYDVR0OBBYEFGOh/vkmuEdv/U4PM1kpYNPI4C4KMAoGCCqGSM49BAMCA0gAMEUC
        IF4vl0L8I+e1sqzDAIzneyxrlKYJcvWd5hek8fOgGU1+AiEA+bblw5XtYDDEx1ZQ
        f6NN163XUMJh7z1CvndY1qp8qiM=
        -----END CERTIFICATE-----
        """
    /// For `localhost`, and of no use before 2110.
    case future = """
        -----BEGIN CERTIFICATE-----
        MIIBZTCCAQqgAwIBAgICEAIwCgYIKoZIzj0EAwIwFDESMBAGA1UEAwwJbG9jYWxo
        b3N0MCIYDzIxMTAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBQxEjAQBgNV
        BAMMCWxvY2FsaG9zdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABDGGc4taEIAm
        Pa6mrpNcWkK51lCfIdh2hn/ZLaxF6etMoxvHo0atfYafnesVe7R5pslNcm9kd3uA
        /kwtRCx1yQWjSDBGMBQGA1UdEQQNMAuCCWxvY2FsaG9zdDAPBgNVHRMBAf8EBTAD
        AQH/MB0GA1UdDgQWBBRjof75JrhHb/1ODzNZKWDTyOAuCjAKBggqhkjOPQQDAgNJ
        ADBGAiEAty5WFbz50c0gNVi7l0hzkncW0pFhxPCxibHBJBR0I5sCIQCzfJegX/3x
        1fLM1E63mwYQ1QxC3ifZBKyOxdiniVXGzQ==
        -----END CERTIFICATE-----
        """
    /// For `localhost`, by its extended key usage for clients only; `elsewhere` vouches for it.
    case clients = """
        -----BEGIN CERTIFICATE-----
        MIIBbDCCAROgAwIBAgICEAQwCgYIKoZIzj0EAwIwGzEZMBcGA1UEAwwQcmVjZWl2
        ZXIuZXhhbXBsZTAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowFDES
        MBAGA1UEAwwJbG9jYWxob3N0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEMYZz
        i1oQgCY9rqauk1xaQrnWUJ8h2HaGf9ktrEXp60yjG8ejRq19hp+d6xV7tHmmyU1y
        b2R3e4D+TC1ELHXJBaNMMEowFAYDVR0RBA0wC4IJbG9jYWxob3N0MBMGA1UdJQQM
        MAoGCCsGAQUFBwMCMB0GA1UdDgQWBBRjof75JrhHb/1ODzNZKWDTyOAuCjAKBggq
        hkjOPQQDAgNHADBEAiAvETA0FLRGQOjAuclQZ40xHGJfXzP3ja29nWy6kGU+3QIg
        FNIiPmN25SjzjRGIOqcjUwDB5cm1Z6gLX6nhwnKd9Gs=
        -----END CERTIFICATE-----
        """

    private static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgQMluO4zzHiY78mTj
        iKf4wEjGzCyX2u5dBrCmaGjCWwOhRANCAAQxhnOLWhCAJj2upq6TXFpCudZQnyHY
        doZ/2S2sRenrTKMbx6NGrX2Gn53rFXu0eabJTXJvZHd7gP5MLUQsdckF
        -----END PRIVATE KEY-----
        """

    package var pem: [UInt8] { Array(rawValue.utf8) }

    /// Of all.
    package static var keyPEM: [UInt8] { Array(key.utf8) }

    /// For a server that shows this certificate and speaks TLS up to a version.
    ///
    /// - Parameter client: the only client that is let in.
    package func serverContext(
        upTo version: TLSVersion = .tlsv13, demanding client: TestCertificate? = nil
    ) throws -> NIOSSLContext {
        let certificate = try NIOSSLCertificate(bytes: Array(rawValue.utf8), format: .pem)
        let key = try NIOSSLPrivateKey(bytes: Array(Self.key.utf8), format: .pem)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: [.certificate(certificate)], privateKey: .privateKey(key))
        configuration.maximumTLSVersion = version
        configuration.shutdownTimeout = .milliseconds(100)
        if let client {
            configuration.trustRoots = .certificates([try NIOSSLCertificate(bytes: client.pem, format: .pem)])
            configuration.certificateVerification = .noHostnameVerification
        }
        return try NIOSSLContext(configuration: configuration)
    }

    /// For a client that trusts this certificate and no other.
    package func clientConfiguration() throws -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .certificates([try NIOSSLCertificate(bytes: Array(rawValue.utf8), format: .pem)])
        return configuration
    }
}
