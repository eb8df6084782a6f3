import HTTPFaults
import Testing

@Suite("HTTP2Answer")
struct HTTP2AnswerTests {
    @Test(
        "Settings, a farewell and the preface are HTTP/2",
        arguments: [
            [0, 0, 0, 4, 0, 0, 0, 0, 0], [0, 0, 18, 4, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 128],
            [0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8),
        ] as [[UInt8]])
    func isHTTP2(bytes: [UInt8]) {
        #expect(HTTP2Answer.begins(bytes))
        for count in 0..<HTTP2Answer.bytesNeeded { #expect(!HTTP2Answer.begins(bytes.prefix(count))) }
    }

    @Test(
        "Other bytes are not",
        arguments: [
            Array("HTTP/1.1 200 OK\r\n".utf8), Array("SSH-2.0-OpenSSH\r\n".utf8), [0, 0, 0, 0, 0, 0, 0, 0, 0],
            [0, 0, 7, 4, 0, 0, 0, 0, 0], [0, 0, 6, 4, 0, 0, 0, 0, 1], [255, 255, 255, 7, 0, 0, 0, 0, 0],
            [0, 0, 4, 7, 0, 0, 0, 0, 0],
        ] as [[UInt8]])
    func isNone(bytes: [UInt8]) {
        #expect(!HTTP2Answer.begins(bytes))
    }
}
