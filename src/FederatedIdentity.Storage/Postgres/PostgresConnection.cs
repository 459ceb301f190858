using Npgsql;

namespace FederatedIdentity.Storage.Postgres;

/// <summary>How PostgreSQL is reached: what the operator's connection string says, and our choice of what it leaves open.</summary>
public sealed record PostgresConnection
{
    // 32 connections let inserts share their commits, more gained nothing when measured. No session state is ever left behind on a
    // connection, so there is nothing to reset when it returns to the pool. Timeout is how long a new
    // connection may take, which a busy machine needs and a host that is gone costs. The command timeout is for what runs in the
    // background; Database has deadlines of its own. Kerberos is for those who ask for it: the library is not in every image.
    private const string Defaults =
        "Application Name=federated-identity;Maximum Pool Size=32;No Reset On Close=true;Command Timeout=5;Timeout=4;"
        + "TCP Keepalive=true;TCP Keepalive Time=10;TCP Keepalive Interval=2;Gss Encryption Mode=Disable";

    private const string Direct = "Max Auto Prepare=64;Auto Prepare Min Usages=2";

    // Statements are prepared, and written so that every plan of them is good (HotSqlTests). PostgreSQL takes a plan for any array to be
    // dearer than one for the array at hand, and would plan most of ours again each time, which costs several times what they do. Nor is
    // any so long that compiling it pays, whatever PostgreSQL takes it to cost: with 32 partitions that was 1.5 s for a statement of 1 ms.
    private const string OnePlan = "-c plan_cache_mode=force_generic_plan -c jit=off";

    // A statement of one client must not meet what another one prepared on the connection that they share.
    private const string Pooled = "Max Auto Prepare=0";

    // Which of several hosts takes writes is asked when it is needed, and never because some time has passed: asking a host that is gone
    // holds everybody up, and one that was gone and comes back, a primary once, must not draw writes to itself.
    private const string SeveralHosts = "Target Session Attributes=read-write;Host Recheck Seconds=2000000000";

    private PostgresConnection(string connectionString, bool pgBouncer) => (ConnectionString, PgBouncer) = (connectionString, pgBouncer);

    /// <summary>
    /// Whether nobody could be asked who is behind the connection string, so that it is taken for PostgreSQL itself.
    /// </summary>
    public bool IsGuess { get; internal init; }

    public string ConnectionString { get; }

    /// <summary>Whether connections are a pooler's, in transaction mode: they have no start-up options and no session.</summary>
    public bool PgBouncer { get; }

    /// <summary>Asks who is there: a pooler, or PostgreSQL itself, or nobody yet.</summary>
    public static PostgresConnection Find(string connectionString)
    {
        var isPooler = Pooler.IsInFrontOf(Of(connectionString));
        return Of(connectionString, isPooler is true) with { IsGuess = isPooler is null };
    }

    /// <summary>Of a keyword that occurs twice, the last one counts.</summary>
    public static PostgresConnection Of(string connectionString, bool pgBouncer = false)
    {
        var given = new NpgsqlConnectionStringBuilder(connectionString);
        var several = given.Host?.Contains(',', StringComparison.Ordinal) is true ? SeveralHosts : "";
        var all = new NpgsqlConnectionStringBuilder($"{Defaults};{(pgBouncer ? Pooled : Direct)};{several};{connectionString}");
        if (pgBouncer)
        {
            all.MaxAutoPrepare = 0;
        }
        else
        {
            all.Options = $"{SessionTimeouts.Options} {OnePlan} {given.Options}".TrimEnd();
        }

        return new PostgresConnection(all.ConnectionString, pgBouncer);
    }

    /// <summary>For what may take its time, as building an index does. Behind PgBouncer the role's own timeouts remain.</summary>
    internal string WithoutTimeouts => new NpgsqlConnectionStringBuilder(ConnectionString)
    {
        Timeout = 30,
        CommandTimeout = 0,
        Options = PgBouncer ? null : $"{new NpgsqlConnectionStringBuilder(ConnectionString).Options} {SessionTimeouts.NoOptions}",
    }.ConnectionString;

    /// <summary>For one question at a time, apart from the connections of users.</summary>
    public string ForProbe(TimeSpan deadline) => new NpgsqlConnectionStringBuilder(ConnectionString)
    {
        MinPoolSize = 0,
        MaxPoolSize = 1,
        Timeout = (int)deadline.TotalSeconds,
        CommandTimeout = (int)deadline.TotalSeconds,
    }.ConnectionString;
}
