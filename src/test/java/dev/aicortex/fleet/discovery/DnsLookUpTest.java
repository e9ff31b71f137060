package dev.aicortex.fleet.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aicortex.config.DnsName;
import dev.aicortex.fleet.discovery.DnsMemory.Question;
import dev.aicortex.testing.NameServer;
import io.netty.handler.codec.dns.DnsRecordType;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a DNS server says, and whether it says anything. */
class DnsLookUpTest {
    private static final Question ADDRESSES = new Question("ollama.test", DnsRecordType.A);

    private final NameServer server = new NameServer(0);
    private final DnsLookUp dns =
            new DnsLookUp(Optional.of(DnsName.server("127.0.0.1:" + server.port())));

    @AfterEach
    void close() {
        dns.close();
        server.close();
    }

    @Test
    void tellsAllAddresses() throws Exception {
        server.addresses("ollama.test", "10.0.0.1", "10.0.0.2");
        assertThat(dns.values(ADDRESSES)).containsExactly("10.0.0.1", "10.0.0.2");
        assertThat(dns.values(new Question("ollama.test", DnsRecordType.AAAA))).isEmpty();
    }

    @Test
    void tellsHostAndPortOfAService() throws Exception {
        server.service("_ollama._tcp.test", "gpu-a.test", 8080);
        assertThat(dns.values(new Question("_ollama._tcp.test", DnsRecordType.SRV)))
                .containsExactly("gpu-a.test.:8080");
    }

    @Test
    void aNameThatIsNotThereHasNone() throws Exception {
        assertThat(dns.values(ADDRESSES)).isEmpty();
    }

    @Test
    void aServerThatFailsSaysNothing() {
        server.addresses("ollama.test", "10.0.0.1");
        server.mood(NameServer.Mood.FAILING);
        assertThatThrownBy(() -> dns.values(ADDRESSES))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("ServFail");
    }

    @Test
    void whatIsTooLongForUdpComesByTcp() throws Exception {
        server.addresses("ollama.test", "10.0.0.1", "10.0.0.2", "10.0.0.3");
        server.mood(NameServer.Mood.BRIEF);
        assertThat(dns.values(ADDRESSES)).hasSize(3);
    }
}
