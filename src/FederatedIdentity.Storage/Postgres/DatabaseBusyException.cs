namespace FederatedIdentity.Storage.Postgres;

/// <summary>
/// Every connection to PostgreSQL stayed in use for as long as a request waits for one. Nothing was written; a caller may try again
/// later.
/// </summary>
public sealed class DatabaseBusyException(Exception? cause = null)
    : Exception("All connections to PostgreSQL are in use, and none became free in time.", cause);
