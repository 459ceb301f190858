using System.Globalization;

namespace FederatedIdentity.Storage.Postgres;

/// <summary>
/// The times after which PostgreSQL itself ends what we left behind. The server's verdict comes before our own deadline, so that a slow
/// statement is known not to have been carried out.
/// </summary>
public static class SessionTimeouts
{
    public static readonly TimeSpan Statement = TimeSpan.FromSeconds(4);
    public static readonly TimeSpan Lock = TimeSpan.FromSeconds(3);
    public static readonly TimeSpan IdleInTransaction = TimeSpan.FromSeconds(10);

    /// <summary>How long a statement is waited for.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    internal const string NoOptions = "-c statement_timeout=0 -c lock_timeout=0 -c idle_in_transaction_session_timeout=0";

    /// <summary>How long a statement goes on before its server is asked whether it is still there.</summary>
    public static readonly TimeSpan Suspicion = TimeSpan.FromSeconds(1);

    /// <summary>As start-up options of a session.</summary>
    internal static string Options { get; } = string.Create(
        CultureInfo.InvariantCulture,
        $"-c statement_timeout={Statement.TotalMilliseconds} -c lock_timeout={Lock.TotalMilliseconds} "
        + $"-c idle_in_transaction_session_timeout={IdleInTransaction.TotalMilliseconds}");
}
