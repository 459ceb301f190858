namespace FederatedIdentity.Storage.Postgres.Tables;

/// <summary>A row whose version rises by one with every saved change, so that a write based on an older version fails.</summary>
public interface IVersioned
{
    int Version { get; set; }
}
