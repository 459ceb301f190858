using FederatedIdentity.Domain.Identities;

namespace FederatedIdentity.Tests.Shared;

/// <summary>A caller who has nothing to give away while the commit takes its time.</summary>
internal sealed class JustWaiting : ICommitWait
{
    public static readonly JustWaiting Instance = new();

    public ValueTask<T> CommittedAsync<T>(Task<T> commit) => new(commit);
}
