using FederatedIdentity.Server.Hosting;
using FederatedIdentity.Storage.Postgres;
using FederatedIdentity.Storage.Postgres.Tables;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.Iam;

internal sealed record CreateRoleInput(
    string? Path,
    string? RoleName,
    string? AssumeRolePolicyDocument,
    string? Description,
    long? MaxSessionDuration,
    string? PermissionsBoundary,
    List<Tag?>? Tags) : IQueryInput<CreateRoleInput>
{
    public static CreateRoleInput Read(QueryForm form) => new(
        form["Path"], form["RoleName"], form["AssumeRolePolicyDocument"], form["Description"], form.Number("MaxSessionDuration"),
        form["PermissionsBoundary"], form.Structures("Tags", Tag.Read));

    public void Check(Constraints on) => on
        .String("path", Path, IamShapes.PathType)
        .String("roleName", RoleName, IamShapes.RoleNameType, required: true)
        .String("assumeRolePolicyDocument", AssumeRolePolicyDocument, IamShapes.PolicyDocumentType, required: true)
        .String("description", Description, IamShapes.RoleDescriptionType)
        .Number("maxSessionDuration", MaxSessionDuration, IamShapes.RoleMaxSessionDurationType)
        .String("permissionsBoundary", PermissionsBoundary, IamShapes.ArnType)
        .List("tags", Tags, IamShapes.TagListType);

    ActedOn IWireInput.ActsOn(DeploymentOptions deployment, string accountId) =>
        new(deployment.RoleArn(accountId, Path ?? "/", RoleName!)) { RequestTags = Tag.InRequest(Tags) };
}

internal sealed record CreateRoleResult(RoleShape Role) : IXmlOutput
{
    public void WriteTo(XmlAnswer xml) => xml.Structure("Role", Role);
}

/// <summary>Creates a role that those may assume whom its trust policy names.</summary>
internal sealed class CreateRole(IamRows rows, IOptions<DeploymentOptions> deployment, TimeProvider clock)
    : IOperation<CreateRoleInput, CreateRoleResult>
{
    /// <summary>AWS quota.</summary>
    private const int MostRoles = 1000;

    private const int UsualSessionDuration = 3600;

    public async ValueTask<Outcome<CreateRoleResult>> ExecuteAsync(CreateRoleInput input, CallContext call, CancellationToken ct)
    {
        if (input.PermissionsBoundary is not null)
        {
            return IamErrors.NotSupported("Permissions boundaries");
        }

        var tags = TagSet.OfRole.OfNew(input.Tags);
        if ((PolicyTexts.ObjectionToTrust(input.AssumeRolePolicyDocument!) ?? tags.Error) is { } objection)
        {
            return objection;
        }

        return await rows.CreateAsync(call, db => CreateAsync(db, input, tags.Value!, call, ct), ct);
    }

    private async Task<Outcome<CreateRoleResult>> CreateAsync(
        ControlPlaneDb db, CreateRoleInput input, Dictionary<string, string> tags, CallContext call, CancellationToken ct)
    {
        if (await db.IamRoles
            .FromSql($"select * from iam_role where account_id = {call.AccountId} and lower(name) = lower({input.RoleName})")
            .AnyAsync(ct))
        {
            return IamErrors.Exists("Role", input.RoleName);
        }

        if (await db.IamRoles.CountAsync(role => role.AccountId == call.AccountId, ct) >= MostRoles)
        {
            return IamErrors.OverQuota("RolesPerAccount", MostRoles);
        }

        var row = new IamRoleRow
        {
            AccountId = call.AccountId,
            Name = input.RoleName!,
            Path = input.Path ?? "/",
            Id = IamIds.NewRole(),
            TrustPolicy = input.AssumeRolePolicyDocument!,
            Description = input.Description is "" ? null : input.Description,
            MaxSessionDuration = (int)(input.MaxSessionDuration ?? UsualSessionDuration),
            Tags = tags,
            CreatedAt = clock.GetUtcNow(),
        };
        db.IamRoles.Add(row);
        return new CreateRoleResult(RoleShape.Of(row, deployment.Value));
    }
}
