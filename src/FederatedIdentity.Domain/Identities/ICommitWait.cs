namespace FederatedIdentity.Domain.Identities;

/// <summary>How one caller waits until what it wrote is durable, which may take as long as a disk stands still or a standby is away.</summary>
public interface ICommitWait
{
    ValueTask<T> ForAsync<T>(Task<T> commit);
}
