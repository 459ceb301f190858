namespace FederatedIdentity.Benchmarks.Load;

/// <summary>A server, the database it uses, how it signs, and who its people are.</summary>
internal sealed record Party(Replica Server, string Postgres, string Algorithm, Population People);
