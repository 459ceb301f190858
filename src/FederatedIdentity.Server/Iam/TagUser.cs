using FederatedIdentity.Server.Hosting;

namespace FederatedIdentity.Server.Iam;

internal sealed record TagUserInput(string? UserName, List<Tag?>? Tags) : IOnUser, IQueryInput<TagUserInput>
{
    public static TagUserInput Read(QueryForm form) => new(form["UserName"], form.Structures("Tags", Tag.Read));

    public void Check(Constraints on) => on
        .String("userName", UserName, IamShapes.ExistingUserNameType, required: true)
        .List("tags", Tags, IamShapes.TagListType, required: true);

    ActedOn IWireInput.ActsOn(DeploymentOptions deployment, string accountId) =>
        IOnUser.On(deployment, accountId, UserName) with { RequestTags = Tag.InRequest(Tags) };
}

/// <summary>Adds tags to a user, or gives those it has other values.</summary>
internal sealed class TagUser(IamRows rows) : IOperation<TagUserInput, NoOutput>
{
    public async ValueTask<Outcome<NoOutput>> ExecuteAsync(TagUserInput input, CallContext call, CancellationToken ct) =>
        await rows.ChangeUserAsync<NoOutput>(
            input.UserName,
            call,
            (_, user) =>
            {
                var tags = TagSet.OfUser.With(user.Tags, input.Tags);
                user.Tags = tags.Value ?? user.Tags;
                return Task.FromResult<Outcome<NoOutput>>(tags.Error is { } objection ? objection : NoOutput.Instance);
            },
            ct);
}
