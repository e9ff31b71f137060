package dev.aicortex.usage;

import java.util.HashSet;
import java.util.Set;

/**
 * The end users that sums tell apart, so many a day: their names are the clients' own, who could
 * fill the database with them. For one thread at a time.
 */
final class EndUsers {
    /** In place of the names of all further ones. */
    static final String OTHERS = "(others)";

    private final int most;
    private final Set<String> today = new HashSet<>();
    private long day;

    EndUsers(int most) {
        this.most = most;
    }

    /** The name under which a request of this end user is summed up. */
    String named(String user, long at) {
        long of = Span.DAY.begin(at);
        if (of > day) {
            day = of;
            today.clear();
        }
        return today.size() < most || today.contains(user) ? remembered(user) : OTHERS;
    }

    private String remembered(String user) {
        today.add(user);
        return user;
    }
}
