using FederatedIdentity.Server.Hosting;

namespace FederatedIdentity.Server.Iam;

internal sealed record UntagUserInput(string? UserName, List<string?>? TagKeys) : IOnUser, IQueryInput<UntagUserInput>
{
    public static UntagUserInput Read(QueryForm form) => new(form["UserName"], form.List("TagKeys"));

    public void Check(Constraints on) => on
        .String("userName", UserName, IamShapes.ExistingUserNameType, required: true)
        .List("tagKeys", TagKeys, IamShapes.TagKeyListType, required: true);

    ActedOn IWireInput.ActsOn(DeploymentOptions deployment, string accountId) =>
        IOnUser.On(deployment, accountId, UserName) with { TagKeys = TagKeys };
}

/// <summary>Takes tags off a user. A key that it does not have is no error.</summary>
internal sealed class UntagUser(IamRows rows) : IOperation<UntagUserInput, NoOutput>
{
    public async ValueTask<Outcome<NoOutput>> ExecuteAsync(UntagUserInput input, CallContext call, CancellationToken ct) =>
        await rows.ChangeUserAsync<NoOutput>(
            input.UserName,
            call,
            (_, user) =>
            {
                user.Tags = TagSet.OfUser.Without(user.Tags, input.TagKeys!);
                return Task.FromResult<Outcome<NoOutput>>(NoOutput.Instance);
            },
            ct);
}
