package dev.aicortex.usage;

import static dev.aicortex.usage.Records.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class EndUsersTest {
    private final EndUsers users = new EndUsers(2);

    @Test
    void areToldApartAsLongAsThereAreNotTooMany() {
        assertThat(users.named("ada", NOON)).isEqualTo("ada");
        assertThat(users.named("bob", NOON)).isEqualTo("bob");
        assertThat(users.named("eve", NOON)).isEqualTo(EndUsers.OTHERS);
        assertThat(users.named("ada", NOON)).isEqualTo("ada");
    }

    @Test
    void areOthersOnAnotherDay() {
        users.named("ada", NOON);
        users.named("bob", NOON);

        long tomorrow = NOON + Duration.ofDays(1).toMillis();
        assertThat(users.named("eve", tomorrow)).isEqualTo("eve");
        assertThat(users.named("bob", NOON)).isEqualTo("bob");
        assertThat(users.named("ada", tomorrow)).isEqualTo(EndUsers.OTHERS);
    }
}
