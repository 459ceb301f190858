using FederatedIdentity.Server.Hosting;

namespace FederatedIdentity.Server.Iam;

internal sealed record TagRoleInput(string? RoleName, List<Tag?>? Tags) : IOnRole, IQueryInput<TagRoleInput>
{
    public static TagRoleInput Read(QueryForm form) => new(form["RoleName"], form.Structures("Tags", Tag.Read));

    public void Check(Constraints on) => on
        .String("roleName", RoleName, IamShapes.RoleNameType, required: true)
        .List("tags", Tags, IamShapes.TagListType, required: true);

    ActedOn IWireInput.ActsOn(DeploymentOptions deployment, string accountId) =>
        IOnRole.On(deployment, accountId, RoleName!) with { RequestTags = Tag.InRequest(Tags) };
}

/// <summary>Adds tags to a role, or gives those it has other values.</summary>
internal sealed class TagRole(IamRows rows) : IOperation<TagRoleInput, NoOutput>
{
    public async ValueTask<Outcome<NoOutput>> ExecuteAsync(TagRoleInput input, CallContext call, CancellationToken ct) =>
        await rows.ChangeRoleAsync<NoOutput>(
            input.RoleName,
            call,
            (_, role) =>
            {
                var tags = TagSet.OfRole.With(role.Tags, input.Tags);
                role.Tags = tags.Value ?? role.Tags;
                return Task.FromResult<Outcome<NoOutput>>(tags.Error is { } objection ? objection : NoOutput.Instance);
            },
            ct);
}
