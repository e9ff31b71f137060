package dev.aicortex.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ServerCommandsTest extends AgainstStandIn {
    private static final String SERVERS = "/admin/servers";

    private Run run(String... arguments) {
        String[] all = new String[arguments.length + 3];
        all[0] = "servers";
        all[1] = arguments[0];
        all[2] = "--url";
        all[3] = gateway.url();
        System.arraycopy(arguments, 1, all, 4, arguments.length - 1);
        return Run.of(all);
    }

    @Test
    void addSendsWhatIsSaid() {
        gateway.answers(SERVERS, 200, "{\"name\":\"c\",\"url\":\"http://c:11434\"}");

        Run run = run("add", "c", "http://c:11434", "--weight", "2", "--label", "gpu=eu");

        assertThat(run.lines()).containsExactly("c is a server now: http://c:11434");
        assertThat(gateway.received(SERVERS).body())
                .isEqualTo(
                        "{\"name\":\"c\",\"url\":\"http://c:11434\",\"weight\":2.0,\"labels\":[\"gpu=eu\"]}");
    }

    @Test
    void removeTellsWhatGoesOn() {
        gateway.answers(
                SERVERS + "/c", 200, "{\"url\":\"http://c:1\",\"draining\":true,\"in_flight\":3}");

        assertThat(run("remove", "c").lines())
                .containsExactly("c is no server any more; requests that go on there: 3");
    }

    @Test
    void aRefusalIsToldInTheGatewaysWords() {
        gateway.answers(SERVERS, 400, "{\"error\":\"url: 'c' is not a server's URL\"}");

        Run run = run("add", "c", "c");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.error()).startsWith("url: 'c' is not a server's URL (400 from ");
    }
}
