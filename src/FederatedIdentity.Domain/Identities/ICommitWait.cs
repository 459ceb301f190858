namespace FederatedIdentity.Domain.Identities;

/// <summary>How one caller waits until what it wrote is durable, which may take as long as a disk stands still or a standby is away.</summary>
public interface ICommitWait
{
    /// <summary>What the commit answers, or throws, once it is over.</summary>
    ValueTask<T> CommittedAsync<T>(Task<T> commit);
}
